import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorText } from "../../error-text.ts";
import type { Given, Problem } from "../documented.ts";
import { filesOfPolicyDirs, glanceValues } from "./glance-values.ts";
import { OsloConfig, UnknownReference } from "./oslo-config.ts";
import { OsloConfigError } from "./parse-oslo-config.ts";

/** The setting that names Glance's files. */
const GLANCE_CONF = "IMAGETAGS_GLANCE_CONF";

/** The environment with what Glance's files add to it. */
export interface WithGlanceConf {
  readonly given: Given;
  /** Where each setting stands that is Glance's, by its variable. */
  readonly origins: ReadonlyMap<string, string>;
  /** What of Glance's files is not used, and why. */
  readonly notes: readonly string[];
}

/** Variables of which one that is given keeps all of Glance's from being taken: they make sense together only. */
const TOGETHER: readonly (readonly string[])[] = [
  ["IMAGETAGS_DATABASE_URL", "IMAGETAGS_DATABASE_URL_FILE"],
  ["OS_USER_DOMAIN_NAME", "OS_USER_DOMAIN_ID"],
  ["OS_PROJECT_DOMAIN_NAME", "OS_PROJECT_DOMAIN_ID"],
  [
    "OS_AUTH_TYPE",
    "OS_USERNAME",
    "OS_USER_ID",
    "OS_PASSWORD",
    "OS_PASSWORD_FILE",
    "OS_PROJECT_NAME",
    "OS_PROJECT_ID",
    "OS_SYSTEM_SCOPE",
    "OS_APPLICATION_CREDENTIAL_ID",
    "OS_APPLICATION_CREDENTIAL_SECRET",
    "OS_APPLICATION_CREDENTIAL_SECRET_FILE",
  ],
];

/** Variables of which one that is given keeps all that Glance says of its own brokers from being taken. */
const BROKERS = ["IMAGETAGS_NOTIFY_URL", "IMAGETAGS_NOTIFY_URL_FILE"];

/** Adds what Glance's files say, where they are named. What is given itself wins. Tells what is wrong with the files. */
export function withGlanceConf(
  given: Given,
  isHeeded: (name: string) => boolean,
  problem: Problem,
): WithGlanceConf {
  const none = { given, origins: new Map<string, string>(), notes: [] };
  const named = given[GLANCE_CONF];
  if (named === undefined) return none;
  const [main = "", ...others] = named.split(",").map((path) => path.trim());
  try {
    const config = new OsloConfig();
    for (const path of [main, ...besides(main), ...others]) {
      for (const file of filesOf(path)) config.add(file, read(file));
    }
    const { values, notes } = glanceValues(config, main);
    const hasBrokers = BROKERS.some((name) => given[name] !== undefined);
    const ours = (name: string): boolean =>
      given[name] !== undefined ||
      (hasBrokers && name.startsWith("IMAGETAGS_NOTIFY_")) ||
      TOGETHER.some((group) => group.includes(name) && group.some((one) => given[one] !== undefined));
    const taken = [...values].filter(([name]) => !ours(name) && isHeeded(name));
    if (given["IMAGETAGS_POLICY_FILE"] === undefined) rejectPolicyDirs(config, main, problem);
    return {
      given: { ...Object.fromEntries(taken.map(([name, { value }]) => [name, value])), ...given },
      origins: new Map(taken.map(([name, { from }]) => [name, from])),
      notes,
    };
  } catch (error) {
    if (
      error instanceof OsloConfigError ||
      error instanceof UnknownReference ||
      error instanceof Unreadable
    ) {
      problem(`${GLANCE_CONF}: ${error.message}`);
      return none;
    }
    throw error;
  }
}

/** A rule that is in force at Glance must not be passed over here. */
function rejectPolicyDirs(config: OsloConfig, main: string, problem: Problem): void {
  const files = filesOfPolicyDirs(config, main);
  if (files.length === 0) return;
  problem(
    `IMAGETAGS_POLICY_FILE must name one file with all of Glance's rules: those of its [oslo_policy] policy_dirs are not read (${files.join(", ")})`,
  );
}

class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** As oslo.config looks for it where it is told no other: `glance-api.conf.d` beside `glance-api.conf`. */
function besides(main: string): string[] {
  const folder = join(dirname(main), `${basename(main)}.d`);
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? [folder] : [];
}

/** A file, or of a folder each `*.conf` by its name. */
function filesOf(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => name.endsWith(".conf") && !name.startsWith("."))
      .toSorted()
      .map((name) => join(path, name));
  } catch (error) {
    throw new Unreadable(`${path} cannot be read: ${errorText(error)}`);
  }
}

function read(file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (error) {
    const why = error instanceof TypeError ? "it is no UTF-8" : errorText(error);
    throw new Unreadable(`${file} cannot be read: ${why}`);
  }
}
