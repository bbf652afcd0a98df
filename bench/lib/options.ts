import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseOptionsAndNames, UsageError, wholeNumber } from "./usage.ts";
import type { Section } from "./section.ts";

/** One row of a plan: so many removals over so many connections. */
export type Load = { connections: number; count: number };

interface Options {
  readonly help: boolean;
  readonly short: boolean;
  readonly save: boolean;
  readonly json: string | undefined;
  readonly rounds: number;
  readonly sections: readonly Section[];
}

/** What `--help` prints. */
export function helpText(sections: readonly Section[]) {
  const width = Math.max(...sections.map(({ name }) => name.length));
  return `Measures how fast imagetags is, and compares it with what it is to reach and with the last run.

Usage: npx -y pnpm@12 bench [options] [section ...]

  --rounds N   rounds; the figures are their medians (default: 5)
  --short      little of everything: shows that the bench works, not how fast anything is
  --json FILE  write every measure to FILE
  --save       keep the figures and the pictures in bench/results, to compare the next run with
  -h, --help   print this text

Sections, all of them unless some are named:

${sections.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join("\n")}
`;
}

/** Reads the command line. Throws a {@link UsageError} that names the mistake. */
export function readOptions(args: string[], sections: readonly Section[]): Options {
  const { values, positionals } = parseOptionsAndNames(args, {
    rounds: { type: "string" },
    short: { type: "boolean", default: false },
    json: { type: "string" },
    save: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.short && values.rounds !== undefined) throw new UsageError("--short sets the rounds itself.");
  if (values.short && values.save) throw new UsageError("What --short measures is not worth saving.");
  if (values.save && positionals.length > 0) throw new UsageError("--save keeps a run of all sections.");
  if (values.json !== undefined) requireFolder(values.json);
  const unknown = positionals.find((name) => !sections.some((section) => section.name === name));
  if (unknown !== undefined) throw new UsageError(`There is no section "${unknown}"; see --help.`);
  return {
    help: values.help,
    short: values.short,
    save: values.save,
    json: values.json,
    rounds: values.short ? 1 : wholeNumber("--rounds", values.rounds ?? "5", 100),
    sections: positionals.length === 0 ? sections : sections.filter(({ name }) => positionals.includes(name)),
  };
}

/** A mistake here is told before minutes of measuring, not after. */
function requireFolder(file: string) {
  if (!isFolder(dirname(resolve(file)))) throw new UsageError(`--json: there is no folder for ${file}.`);
  if (isFolder(file)) throw new UsageError(`--json: ${file} is a folder.`);
}

function isFolder(path: string) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
