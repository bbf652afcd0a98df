import { parseOsloConfig, type Assignment } from "./parse-oslo-config.ts";

/** A value of a file, and where it stands. */
export interface Found {
  readonly value: string;
  /** The file, the line and the option, as in `/etc/glance/glance-api.conf:3 [database] connection`. */
  readonly from: string;
}

/** A value that refers to what no file sets. The message names the option and what it refers to. */
export class UnknownReference extends Error {
  override readonly name = "UnknownReference";
}

/** How deep values may refer to values. */
const DEEPEST = 20;

/** Files in oslo.config's syntax, of which a later one wins, and in each the last assignment of an option. */
export class OsloConfig {
  readonly #options = new Map<string, Assignment & { readonly file: string }>();

  /** Adds a file. Throws an `OsloConfigError`. */
  add(file: string, text: string): void {
    for (const assignment of parseOsloConfig(text, file)) {
      this.#options.set(keyOf(assignment.section, assignment.key), { ...assignment, file });
    }
  }

  /** An option by the first of its names that is set. Throws an {@link UnknownReference}. */
  find(section: string, ...keys: readonly string[]): Found | undefined {
    for (const key of keys) {
      const found = this.#options.get(keyOf(section, key));
      if (found === undefined) continue;
      const from = `${found.file}:${found.line} [${section}] ${key}`;
      return { value: this.#substitute(found.value, section, from, 0), from };
    }
    return undefined;
  }

  /**
   * Puts in what `$name`, `${name}` and `${section.name}` stand for. A `$` that begins no name stays.
   * Source: Python, `string.Template.safe_substitute`; oslo.config, `ConfigOpts._substitute`.
   */
  #substitute(text: string, section: string, from: string, depth: number): string {
    const reference = /\$(?:(\$)|([_a-z][._a-z0-9]*)|\{([_a-z][._a-z0-9]*)\})/gi;
    return text
      .replaceAll("\\$", "$$$$")
      .replace(
        reference,
        (_, dollar: string | undefined, bare: string | undefined, braced: string | undefined) => {
          if (dollar !== undefined) return "$";
          const name = bare ?? braced ?? "";
          const referred = this.#refer(name, section);
          if (referred === undefined || depth === DEEPEST) {
            throw new UnknownReference(
              `${from} refers to $${name}, which ${depth === DEEPEST ? "refers back" : "no file sets"}`,
            );
          }
          return this.#substitute(referred.value, referred.section, from, depth + 1);
        },
      );
  }

  #refer(name: string, section: string): Assignment | undefined {
    const dot = name.indexOf(".");
    const named =
      dot < 0
        ? this.#options.get(keyOf(section, name))
        : this.#options.get(keyOf(name.slice(0, dot), name.slice(dot + 1)));
    return named ?? this.#options.get(keyOf("DEFAULT", name));
  }
}

/** Sections are the same whatever their case, but for `DEFAULT`. */
function keyOf(section: string, key: string): string {
  return `${section === "DEFAULT" ? section : section.toLowerCase()}\n${key}`;
}
