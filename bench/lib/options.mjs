import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";

/** A mistake of the person at the terminal. */
export class UsageError extends Error {
  name = "UsageError";
}

export const HELP = `Measures removals per second of imagetags beside a bare Express and a bare node:http server.

Usage: node bench/removals.mjs [options]

  --rounds N   rounds; the table shows their medians (default: 3)
  --count N    removals per measure at 32 and 128 connections (default: 20000);
               a fifth of it at one connection
  --short      one round of few removals: shows that the bench works, not how fast anything is
  --json FILE  write every measure of every round to FILE
  --verbose    print each measure as it is made
  --help       print this text
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
  const values = parse(args);
  if (values.short && (values.rounds !== undefined || values.count !== undefined)) {
    throw new UsageError("--short sets the rounds and the count itself.");
  }
  const rounds = values.short ? 1 : toNumber("--rounds", values.rounds ?? "3", 100);
  const count = values.short ? 500 : toNumber("--count", values.count ?? "20000", 1_000_000);
  if (values.json !== undefined) requireFolder(values.json);
  return {
    help: values.help ?? false,
    short: values.short ?? false,
    verbose: values.verbose ?? false,
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

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        rounds: { type: "string" },
        count: { type: "string" },
        short: { type: "boolean" },
        json: { type: "string" },
        verbose: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {string} name
 * @param {string} text
 * @param {number} most
 */
function toNumber(name, text, most) {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number;
  throw new UsageError(`${name} must be a whole number from 1 to ${most}, not "${text}".`);
}

/** Told before minutes of measuring, not after. @param {string} file */
function requireFolder(file) {
  const folder = dirname(resolve(file));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`--json: there is no folder ${folder}.`);
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new UsageError(`--json: ${file} is a folder.`);
  }
}
