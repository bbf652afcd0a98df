import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { KnownToken, ServerOptions, Settings } from "@imagetags/testing/server/start-server";

/** The servers that are compared, by their names in the table. */
export const NAMES = {
  ours: "imagetags",
  express: "express",
  http: "node:http",
} as const;

/** A server that does nothing but answer. */
export interface Peer {
  readonly name: string;
  readonly script: string;
}

export const PEERS: readonly Peer[] = [
  { name: NAMES.express, script: peer("bare-express.ts") },
  { name: NAMES.http, script: peer("bare-http.ts") },
];

/** What our server is told beyond its defaults. */
export const OUR_SETTINGS: Settings = { IMAGETAGS_TAG_QUOTA: "-1" };

/**
 * Our server as an operator starts it, but for an unlimited tag quota: embedded database, static tokens, one log
 * line per request.
 */
export function ourServer(token: string, settings: Settings = {}): ServerOptions {
  return { tokens: [memberWith(token)], settings: { ...OUR_SETTINGS, ...settings }, logToFile: true };
}

/** A tokens file's entry for a member of a project. */
export function memberWith(token: string, project = "bench"): KnownToken {
  return { token, user_id: "bench", project_id: project, roles: ["member"] };
}

/** A token as the server makes its first one. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

function peer(file: string): string {
  return fileURLToPath(new URL(`../peers/${file}`, import.meta.url));
}
