import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { startMariadb } from "../../e2e/lib/mariadb.mjs";
import { startPostgres } from "../../e2e/lib/postgres.mjs";
import { MAIN, needBuild, ourServer } from "./contestants.mjs";

/** @typedef {import("./child-server.mjs").Program} Program */
/** @typedef {import("../../e2e/lib/postgres.mjs").Postgres} Postgres */

/**
 * A database that this machine can start: a private instance with the settings it comes with, which flush
 * every commit to disk.
 * @typedef {object} DatabaseKind
 * @property {string} name
 * @property {boolean} isInstalled
 * @property {boolean} isPostgres
 * @property {() => Promise<AsyncDisposable & Pick<Postgres, "port" | "url" | "createDatabase" | "query">>} start
 */

/** @type {readonly DatabaseKind[]} */
export const DATABASES = [
  {
    name: "MariaDB",
    isInstalled: globSync("/usr/{s,}bin/mariadbd").length > 0,
    isPostgres: false,
    start: () => startMariadb(),
  },
  {
    name: "PostgreSQL",
    isInstalled: globSync("/usr/lib/postgresql/*/bin/postgres").length > 0,
    isPostgres: true,
    start: () => startPostgres(),
  },
];

/**
 * Our server on a database server, as an operator starts it, but for an unlimited tag quota.
 * @param {string} folder
 * @param {string} token
 * @param {string} databaseUrl
 * @param {number} workers
 * @param {string} project of whoever has the token
 * @returns {Program}
 */
export function serverOn(folder, token, databaseUrl, workers, project = "bench") {
  const { env, ...program } = ourServer(folder, token, [], project);
  const database = { IMAGETAGS_DATABASE_URL: databaseUrl, IMAGETAGS_WORKERS: String(workers) };
  return { ...program, name: `imagetags ${workers}`, env: { ...env, ...database } };
}

/**
 * Makes our tables in an empty database.
 * @param {string} databaseUrl
 */
export function migrate(databaseUrl) {
  needBuild();
  const env = { PATH: process.env["PATH"], IMAGETAGS_DATABASE_URL: databaseUrl };
  execFileSync(process.execPath, [MAIN, "migrate"], { env, stdio: ["ignore", "ignore", "pipe"] });
}
