import { chmodSync, chownSync, existsSync, globSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { startProgram } from "../processes/program.ts";
import { runToEnd } from "../processes/run-to-end.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** A PostgreSQL of our own. */
export interface Postgres {
  /** Of 127.0.0.1. */
  readonly port: number;
  /** Of a database. */
  readonly url: (database: string) => string;
  /** An empty one. */
  readonly createDatabase: (database: string) => Promise<void>;
  /** The rows, each column as text. */
  readonly query: (statement: string, database?: string) => Promise<string[][]>;
  /** Again, after `kill`. */
  readonly start: () => Promise<void>;
  /** It and all its processes, as a crash of the machine would. */
  readonly kill: () => Promise<void>;
}

/** Starts a private PostgreSQL with its data in a temporary folder. The system's own is not touched. */
export async function startPostgres(): Promise<Postgres & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder("postgres")).path;
  const port = await freePort();
  const data = join(folder, "data");
  mkdirSync(data);
  const programs = newestPrograms();
  // It refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    const [uid = 0, gid = 0] = await Promise.all(
      ["-u", "-g"].map(async (which) => Number(await runToEnd("id", [which, "postgres"]))),
    );
    chmodSync(folder, 0o755);
    chownSync(data, uid, gid);
  }
  const become = isRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
  const asItsUser = (...line: string[]): [string, string[]] => {
    const [command = "", ...args] = [...become, ...line];
    return [command, args];
  };
  await runToEnd(
    ...asItsUser(
      join(programs, "initdb"),
      `--pgdata=${data}`,
      "--username=cloud",
      "--auth=trust",
      "--encoding=UTF8",
      "--no-sync",
    ),
    { folder: data },
  );

  const psql = ["--host=127.0.0.1", `--port=${port}`, "--username=cloud", "--no-psqlrc"];
  const launch = () => {
    const [command, args] = asItsUser(
      join(programs, "postgres"),
      `-D${data}`,
      `-p${port}`,
      "-h127.0.0.1",
      "-k",
      "",
      "-cmax_connections=300",
    );
    return startProgram(
      {
        name: "PostgreSQL",
        command,
        args,
        log: join(folder, "log"),
        folder,
      },
      () =>
        runToEnd("psql", [...psql, "--dbname=postgres", "--command=SELECT 1"]).then(
          () => true,
          () => false,
        ),
    );
  };
  let running = await launch();
  const kill = async () => {
    const children = childrenOf(running.pid);
    await running.kill();
    // Each is the leader of a group of its own, and the data is not free before all are gone.
    for (const pid of children) killIfThere(pid);
  };
  stack.defer(kill);

  const owned = stack.move();
  const query: Postgres["query"] = async (statement, database = "postgres") => {
    const printed = await runToEnd(
      "psql",
      [...psql, `--dbname=${database}`, "--quiet", "--no-align", "--tuples-only", "--field-separator=\t"],
      { input: statement },
    );
    return printed
      .split("\n")
      .slice(0, -1)
      .map((row) => row.split("\t"));
  };
  return {
    port,
    url: (database) => `postgres://cloud@127.0.0.1:${port}/${database}`,
    createDatabase: async (database) => {
      await query(`CREATE DATABASE "${database}"`);
    },
    query,
    start: async () => {
      running = await launch();
    },
    kill,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Debian keeps them by version, outside of the usual path. */
function newestPrograms() {
  const folders = globSync("/usr/lib/postgresql/*/bin").toSorted(
    (one, other) => version(one) - version(other),
  );
  const newest = folders.at(-1);
  if (newest === undefined || !existsSync(join(newest, "initdb")))
    throw new Error("PostgreSQL is not installed.");
  return newest;
}

function version(folder: string) {
  return Number(folder.split("/").at(-2));
}

function childrenOf(pid: number) {
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

function killIfThere(pid: number) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {}
}
