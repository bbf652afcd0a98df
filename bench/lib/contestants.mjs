import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const MAIN = fileURLToPath(new URL("../../apps/server/bundle/imagetags-server.cjs", import.meta.url));

/** @typedef {import("./child-server.mjs").Program} Program */

/** The servers that are compared, by their names in the table. */
export const NAMES = /** @type {const} */ ({
  ours: "imagetags",
  express: "express",
  http: "node:http",
});

/**
 * Our server as an operator starts it, but for an unlimited tag quota: embedded database, static tokens,
 * one log line per request.
 * @param {string} folder
 * @param {string} token
 * @param {string[]} nodeOptions
 * @param {string} project of whoever has the token
 * @returns {Program}
 */
export function ourServer(folder, token, nodeOptions = [], project = "bench") {
  needBuild();
  const tokensFile = join(folder, "tokens.yaml");
  const entry = { token, user_id: "bench", project_id: project, roles: ["member"] };
  // JSON is YAML.
  writeFileSync(tokensFile, JSON.stringify({ tokens: [entry] }), { mode: 0o600 });
  return {
    name: NAMES.ours,
    script: MAIN,
    nodeOptions,
    env: {
      IMAGETAGS_LISTEN: "127.0.0.1:0",
      IMAGETAGS_DATA_DIR: join(folder, "data"),
      IMAGETAGS_TOKENS_FILE: tokensFile,
      IMAGETAGS_TAG_QUOTA: "-1",
    },
  };
}

/** @type {readonly Program[]} */
export const PEERS = [
  { name: NAMES.express, script: peer("bare-express.mjs") },
  { name: NAMES.http, script: peer("bare-http.mjs") },
];

/** Throws where the server is not built. */
export function needBuild() {
  if (!existsSync(MAIN)) throw new Error("The server is not built: run `npx -y pnpm@12 build` first.");
}

/** A token as the server makes its first one. */
export function newToken() {
  return randomBytes(32).toString("base64url");
}

/** @param {string} file */
function peer(file) {
  return fileURLToPath(new URL(`../peers/${file}`, import.meta.url));
}
