import { execFileSync } from "node:child_process";
import { existsSync, globSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startMariadb } from "../../e2e/lib/mariadb.mjs";
import { startPostgres } from "../../e2e/lib/postgres.mjs";

const MAIN = fileURLToPath(new URL("../../apps/server/bundle/main.js", import.meta.url));

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
  const tokensFile = join(folder, "tokens.yaml");
  const entry = { token, user_id: "bench", project_id: project, roles: ["member"] };
  // JSON is YAML.
  writeFileSync(tokensFile, JSON.stringify({ tokens: [entry] }), { mode: 0o600 });
  return {
    name: `imagetags ${workers}`,
    script: MAIN,
    env: {
      IMAGETAGS_LISTEN: "127.0.0.1:0",
      IMAGETAGS_DATA_DIR: join(folder, "data"),
      IMAGETAGS_DATABASE_URL: databaseUrl,
      IMAGETAGS_TOKENS_FILE: tokensFile,
      IMAGETAGS_TAG_QUOTA: "-1",
      IMAGETAGS_WORKERS: String(workers),
    },
  };
}

/**
 * Makes our tables in an empty database.
 * @param {string} databaseUrl
 */
export function migrate(databaseUrl) {
  if (!existsSync(MAIN)) throw new Error("The server is not built: run `npx -y pnpm@12 build` first.");
  const env = { PATH: process.env["PATH"], IMAGETAGS_DATABASE_URL: databaseUrl };
  execFileSync(process.execPath, [MAIN, "migrate"], { env, stdio: ["ignore", "ignore", "pipe"] });
}
