import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { LineCounter, parseDocument, visit } from "yaml";
import { isRecord } from "../calls/is-record.ts";
import { InvalidCloudError } from "./invalid-cloud-error.ts";

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A file that was found, and the settings in it. */
export interface CloudFile {
  readonly path: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

const SUFFIXES = [".yaml", ".yml", ".json"];

/**
 * The first file of a name that there is and that may be read: the one that is named outright, or else one in the
 * folders where OpenStack clients look. Source: openstacksdk, openstack/config/loader.py, `CONFIG_SEARCH_PATH`.
 *
 * @throws {InvalidCloudError} when the file is no YAML or JSON of settings
 */
export function readCloudFile(
  name: "clouds" | "secure" | "clouds-public",
  {
    env,
    folder,
    named,
  }: { readonly env: Environment; readonly folder: string; readonly named?: string | undefined },
): CloudFile | undefined {
  const paths = searchPath(env, folder).flatMap((place) =>
    SUFFIXES.map((suffix) => join(place, name + suffix)),
  );
  for (const path of named === undefined || named === "" ? paths : [named, ...paths]) {
    const text = existsSync(path) ? readable(path) : undefined;
    if (text !== undefined)
      return { path, settings: path.endsWith("json") ? fromJson(path, text) : fromYaml(path, text) };
  }
  return undefined;
}

function searchPath(env: Environment, folder: string): string[] {
  const home = env["HOME"] ?? homedir();
  const mac = process.platform === "darwin";
  const own = mac
    ? join(home, "Library/Application Support")
    : env["XDG_CONFIG_HOME"] || join(home, ".config");
  const site = mac ? "/Library/Application Support" : env["XDG_CONFIG_DIRS"] || "/etc/xdg";
  const places = [own, join(env["SNAP_REAL_HOME"] || home, ".config"), ...site.split(":"), "/etc"];
  return [folder, ...places.map((place) => join(place, "openstack"))];
}

/** openstacksdk passes over a file that may not be read. */
function readable(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * YAML 1.1, which Python reads. A number is taken as it is written: a password or a project of digits only is text.
 * No message quotes the file, which may hold secrets.
 */
function fromYaml(path: string, text: string): Readonly<Record<string, unknown>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { version: "1.1", lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    throw new InvalidCloudError(`${path} is no YAML: line ${lines.linePos(error.pos[0]).line}.`);
  }
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === "number" || node.value instanceof Date || isLetter(node)) {
        node.value = node.source ?? "";
      }
    },
  });
  try {
    return asSettings(path, document.toJS() ?? {});
  } catch (cause) {
    if (cause instanceof InvalidCloudError) throw cause;
    throw new InvalidCloudError(
      `${path} is no YAML that can be read: an alias has no anchor, or there are too many.`,
    );
  }
}

/** YAML 1.1 has `y` and `n` for booleans; Python reads them as text. */
function isLetter({ value, source }: { readonly value: unknown; readonly source?: string }): boolean {
  return typeof value === "boolean" && source?.length === 1;
}

function fromJson(path: string, text: string): Readonly<Record<string, unknown>> {
  try {
    return asSettings(path, JSON.parse(text));
  } catch (cause) {
    if (cause instanceof InvalidCloudError) throw cause;
    throw new InvalidCloudError(`${path} is no JSON.`);
  }
}

function asSettings(path: string, value: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(value) && !Array.isArray(value)) return value;
  throw new InvalidCloudError(`${path} has no settings by name.`);
}
