import { globSync } from "node:fs";
import { tmpdir } from "node:os";
import { startGalera } from "@imagetags/testing/databases/start-galera";
import { startMariadb } from "@imagetags/testing/databases/start-mariadb";
import { startPostgres, type Postgres } from "@imagetags/testing/databases/start-postgres";
import { runServer, type ServerOptions } from "@imagetags/testing/server/start-server";
import { memberWith, ourServer } from "./contestants.ts";

/**
 * A database that this machine can start: a private instance with the settings it comes with, which flush
 * every commit to disk.
 */
export interface DatabaseKind {
  readonly name: string;
  readonly isInstalled: boolean;
  readonly isPostgres: boolean;
  readonly start: () => Promise<
    AsyncDisposable & Pick<Postgres, "port" | "url" | "createDatabase" | "query">
  >;
}

export const DATABASES: readonly DatabaseKind[] = [
  {
    name: "MariaDB",
    isInstalled: globSync("/usr/{s,}bin/mariadbd").length > 0,
    isPostgres: false,
    start: () => startMariadb(),
  },
  {
    name: "Galera",
    isInstalled: globSync("/usr/lib/galera/libgalera_smm.so").length > 0,
    isPostgres: false,
    start: startOnThreeNodes,
  },
  {
    name: "PostgreSQL",
    isInstalled: globSync("/usr/lib/postgresql/*/bin/postgres").length > 0,
    isPostgres: true,
    start: () => startPostgres(),
  },
];

/** One node takes all, and the others follow, as deployments have it. */
async function startOnThreeNodes() {
  const cluster = await startGalera();
  const [{ port, query }] = cluster.nodes;
  return { ...cluster, port, query };
}

/**
 * Our server on a database server, as an operator starts it, but for an unlimited tag quota. `project` is that of
 * whoever has the token.
 */
export function serverOn(
  token: string,
  databaseUrl: string,
  workers: number,
  project = "bench",
): ServerOptions {
  const settings = { IMAGETAGS_DATABASE_URL: databaseUrl, IMAGETAGS_WORKERS: String(workers) };
  return { ...ourServer(token, settings), tokens: [memberWith(token, project)] };
}

/** Makes our tables in an empty database. */
export async function migrate(databaseUrl: string): Promise<void> {
  const { code, stderr } = await runServer(["migrate"], { IMAGETAGS_DATABASE_URL: databaseUrl }, tmpdir());
  if (code !== 0) throw new Error(`The tables were not made: ${stderr}`);
}
