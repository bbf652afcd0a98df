import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

/** A mistake of the person at the terminal. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** `parseArgs`, whose complaints are {@link UsageError}s. */
export function parseOptions<Options extends ParseArgsOptionsConfig>(args: string[], options: Options) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The same for a command that also takes names. */
export function parseOptionsAndNames<Options extends ParseArgsOptionsConfig>(
  args: string[],
  options: Options,
) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Reads a number of things. `name` of the option. */
export function wholeNumber(name: string, text: string, most: number) {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number;
  throw new UsageError(`${name} must be a whole number from 1 to ${most}, not "${text}".`);
}

/** Runs a command: 2 is the exit code of a usage error, 1 of any other. */
export async function runCommand(main: (args: string[]) => Promise<void>) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
