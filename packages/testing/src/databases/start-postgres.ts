import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { startProgram } from "../processes/program.ts";
import { runToEnd } from "../processes/run-to-end.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { askPsql, backendsOf, findPostgresPrograms, signalAll } from "./postgres-programs.ts";

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
  const programs = await findPostgresPrograms();
  chmodSync(folder, 0o755);
  programs.own(data);
  const layout = [`--pgdata=${data}`, "--username=cloud", "--auth=trust", "--encoding=UTF8", "--no-sync"];
  await runToEnd(...programs.line("initdb", ...layout), { folder: data });

  const launch = () => {
    const [command, args] = programs.line(
      "postgres",
      `-D${data}`,
      `-p${port}`,
      "-h127.0.0.1",
      "-k",
      "",
      "-cmax_connections=300",
    );
    return startProgram({ name: "PostgreSQL", command, args, log: join(folder, "log"), folder }, () =>
      askPsql(port, "SELECT 1").then(
        () => true,
        () => false,
      ),
    );
  };
  let running = await launch();
  const kill = async () => {
    const backends = backendsOf(running.pid);
    await running.kill();
    // The data is not free before all are gone.
    signalAll(backends, "SIGKILL");
  };
  stack.defer(kill);

  const owned = stack.move();
  const query: Postgres["query"] = (statement, database) => askPsql(port, statement, database);
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
