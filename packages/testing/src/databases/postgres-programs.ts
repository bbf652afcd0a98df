import { chownSync, existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runToEnd } from "../processes/run-to-end.ts";

/** The programs of PostgreSQL's newest version here, and how they are run. */
export interface PostgresPrograms {
  /** A line of one of them, as their user: they refuse to run as root. */
  readonly line: (program: string, ...args: string[]) => [command: string, args: string[]];
  /** A line of another program, as that user. */
  readonly as: (program: string, ...args: string[]) => [command: string, args: string[]];
  /** Makes a folder that user's. */
  readonly own: (folder: string) => void;
}

/** Finds them where Debian keeps them, by version and outside of the usual path. */
export async function findPostgresPrograms(): Promise<PostgresPrograms> {
  const folders = globSync("/usr/lib/postgresql/*/bin").toSorted(
    (one, other) => version(one) - version(other),
  );
  const newest = folders.at(-1);
  if (newest === undefined || !existsSync(join(newest, "initdb")))
    throw new Error("PostgreSQL is not installed.");
  const isRoot = process.getuid?.() === 0;
  const become = isRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
  const ids = isRoot
    ? await Promise.all(["-u", "-g"].map(async (which) => Number(await runToEnd("id", [which, "postgres"]))))
    : [];
  const as: PostgresPrograms["as"] = (...line) => {
    const [command = "", ...args] = [...become, ...line];
    return [command, args];
  };
  return {
    as,
    line: (program, ...args) => as(join(newest, program), ...args),
    own(folder) {
      const [uid, gid] = ids;
      if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    },
  };
}

/** The processes that a server has started. Each is the leader of a group of its own. */
export function backendsOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
      .trim()
      .split(" ")
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

/** Signals processes that may be gone already. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {}
  }
}

/** What `psql` needs to print rows with tabs between columns, and what it is asked. */
export async function askPsql(port: number, statement: string, database = "postgres"): Promise<string[][]> {
  const printed = await runToEnd(
    "psql",
    [
      "--host=127.0.0.1",
      `--port=${port}`,
      "--username=cloud",
      "--no-psqlrc",
      `--dbname=${database}`,
      "--quiet",
      "--no-align",
      "--tuples-only",
      "--field-separator=\t",
      "--set=ON_ERROR_STOP=1",
    ],
    { input: statement, limit: 20_000, env: { PGCONNECT_TIMEOUT: "2" } },
  );
  return printed
    .split("\n")
    .slice(0, -1)
    .map((row) => row.split("\t"));
}

function version(folder: string): number {
  return Number(folder.split("/").at(-2));
}
