import type { Problem } from "./documented.ts";
import { readText } from "./read-text.ts";

/** A secret, and the name of its variable. */
export interface Secret {
  readonly value: string;
  readonly from: string;
}

/**
 * A secret from its variable, or from the file that the variable with `_FILE` behind it names. The file's last
 * line break does not count. `undefined` where neither is given or the mistake is told.
 */
export function readSecret<Name extends string>(
  name: Name,
  values: { readonly [Key in Name | `${Name}_FILE`]?: string | undefined },
  problem: Problem,
): Secret | undefined {
  const value = values[name];
  const from = `${name}_FILE` as const;
  const path = values[from];
  if (path === undefined) return value === undefined ? undefined : { value, from: name };
  if (value !== undefined) {
    problem(`${name} and ${from} are both given`);
    return undefined;
  }
  const secret = readText(from, path, problem)?.replace(/\r?\n$/, "");
  if (secret === "") problem(`${from} names an empty file`);
  return secret === undefined || secret === "" ? undefined : { value: secret, from };
}
