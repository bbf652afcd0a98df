import { parseArgs } from "node:util";

/** A mistake of the person at the terminal. */
export class UsageError extends Error {
  /** @override */
  name = "UsageError";
}

/**
 * `parseArgs`, whose complaints are {@link UsageError}s.
 * @template {import("node:util").ParseArgsOptionsConfig} Options
 * @param {string[]} args
 * @param {Options} options
 */
export function parseOptions(args, options) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * The same for a command that also takes names.
 * @template {import("node:util").ParseArgsOptionsConfig} Options
 * @param {string[]} args
 * @param {Options} options
 */
export function parseOptionsAndNames(args, options) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Reads a number of things.
 * @param {string} name of the option
 * @param {string} text
 * @param {number} most
 */
export function wholeNumber(name, text, most) {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number;
  throw new UsageError(`${name} must be a whole number from 1 to ${most}, not "${text}".`);
}

/**
 * Runs a command: 2 is the exit code of a usage error, 1 of any other.
 * @param {(args: string[]) => Promise<void>} main
 */
export async function runCommand(main) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
