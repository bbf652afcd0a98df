import { parseOptions, UsageError, wholeNumber } from "./usage.ts";
import type { Load } from "./options.ts";

export const HELP = `Measures removals per second on MariaDB and PostgreSQL, from one process and from two.

Usage: node bench/databases.ts [options]

  --rounds N   rounds; the table shows their medians (default: 3)
  --count N    removals per measure at 32 and 128 connections (default: 8000);
               a fifth of it at one connection
  --short      one round of few removals: shows that the bench works, not how fast anything is
  --json FILE  write every measure of every round to FILE
  -h, --help   print this text
`;

export interface DatabaseOptions {
  readonly help: boolean;
  readonly short: boolean;
  readonly json: string | undefined;
  readonly rounds: number;
  readonly loads: Load[];
}

/** Reads the command line. Throws a {@link UsageError} that names the mistake. */
export function readDatabaseOptions(args: string[]): DatabaseOptions {
  const values = parseOptions(args, {
    rounds: { type: "string" },
    count: { type: "string" },
    short: { type: "boolean", default: false },
    json: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.short && (values.rounds !== undefined || values.count !== undefined)) {
    throw new UsageError("--short sets the rounds and the count itself.");
  }
  const count = values.short ? 200 : wholeNumber("--count", values.count ?? "8000", 1_000_000);
  return {
    help: values.help,
    short: values.short,
    json: values.json,
    rounds: values.short ? 1 : wholeNumber("--rounds", values.rounds ?? "3", 100),
    loads: [
      { connections: 1, count: Math.ceil(count / 5) },
      { connections: 32, count },
      { connections: 128, count },
    ],
  };
}
