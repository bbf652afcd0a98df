import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseOptions, UsageError, wholeNumber } from "./usage.mjs";

export const HELP = `Measures removals per second of imagetags beside a bare Express and a bare node:http server.

Usage: node bench/removals.mjs [options]

  --rounds N   rounds; the table shows their medians (default: 3)
  --count N    removals per measure at 32 and 128 connections (default: 20000);
               a fifth of it at one connection
  --short      one round of few removals: shows that the bench works, not how fast anything is
  --json FILE  write every measure of every round to FILE
  --verbose    print each measure as it is made
  -h, --help   print this text
`;

/**
 * One row of the plan: so many removals over so many connections.
 * @typedef {{ connections: number, count: number }} Load
 *
 * @typedef {object} Options
 * @property {boolean} help
 * @property {boolean} short
 * @property {boolean} verbose
 * @property {string | undefined} json
 * @property {number} rounds
 * @property {Load} warmUp
 * @property {Load[]} loads
 */

/**
 * Reads the command line. Throws a {@link UsageError} that names the mistake.
 * @param {string[]} args
 * @returns {Options}
 */
export function readOptions(args) {
  const values = parseOptions(args, {
    rounds: { type: "string" },
    count: { type: "string" },
    short: { type: "boolean", default: false },
    json: { type: "string" },
    verbose: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.short && (values.rounds !== undefined || values.count !== undefined)) {
    throw new UsageError("--short sets the rounds and the count itself.");
  }
  const rounds = values.short ? 1 : wholeNumber("--rounds", values.rounds ?? "3", 100);
  const count = values.short ? 500 : wholeNumber("--count", values.count ?? "20000", 1_000_000);
  if (values.json !== undefined) requireFolder(values.json);
  return {
    help: values.help,
    short: values.short,
    verbose: values.verbose,
    json: values.json,
    rounds,
    warmUp: { connections: 32, count: values.short ? 200 : 5_000 },
    loads: [
      // One connection waits for every flush by itself, so it needs fewer for as long a measure.
      { connections: 1, count: Math.ceil(count / 5) },
      { connections: 32, count },
      { connections: 128, count },
    ],
  };
}

/**
 * A mistake here is told before minutes of measuring, not after.
 * @param {string} file
 */
function requireFolder(file) {
  if (!isFolder(dirname(resolve(file)))) throw new UsageError(`--json: there is no folder for ${file}.`);
  if (isFolder(file)) throw new UsageError(`--json: ${file} is a folder.`);
}

/** @param {string} path */
function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
