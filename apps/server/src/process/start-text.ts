import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import type { Config } from "../config/config.ts";
import { FIRST_PROJECT } from "../identity/first-token.ts";
import { describeCredentials } from "../identity/keystone/own-credentials.ts";
import { describeDatabase } from "../store/database-url.ts";
import { describeGuard } from "../store/guard/describe-guard.ts";
import { pagesThere } from "./own-pages.ts";
import { logFormOf } from "./log/make-log.ts";
import type { RunningServer } from "./serve.ts";

const SCHEMAS = {
  new: "new",
  ours: "made by this server",
  glance: "made by Glance, used as it is",
} as const;

type Started = Pick<RunningServer, "url" | "urls" | "metricsUrl" | "schema" | "guard" | "firstToken">;

/**
 * Tells people that the server is up. It goes to standard output, unless that is for programs from the first line
 * to the last, and otherwise to standard error.
 */
export function tellStart(config: Config, server: Started, version: string): void {
  const stream =
    logFormOf(config) === "text" && config.logFile === undefined ? process.stdout : process.stderr;
  stream.write(startText(config, server, version, stream.isTTY));
}

/**
 * The text of a start. After a first start it ends in two lines to paste, whose token is for a terminal and for
 * no file.
 */
function startText(config: Config, server: Started, version: string, atTerminal: boolean): string {
  const lines = [
    `imagetags ${version} answers at ${server.url}`,
    ...server.urls.slice(1).map((url) => `  also at   ${url}`),
    `  database  ${describeDatabase(config.database.location)} (${SCHEMAS[server.schema]})`,
    ...(server.guard === undefined ? [] : [`  guard     ${describeGuard(server.guard)}`]),
    ...(config.glance === undefined ? [] : [`  glance    ${config.glance.urls.join(", ")}`]),
    `  tokens    ${tokensOf(config)}`,
    ...(config.policyFile === undefined ? [] : [`  policy    ${resolve(config.policyFile)}`]),
    `  tags      profile ${config.tagProfile}, ${
      config.quotas.tags < 0 ? "any number" : `at most ${config.quotas.tags}`
    } per image`,
  ];
  const url = server.urls.find((one) => one.startsWith("http"));
  const pages = url === undefined ? [] : pagesThere(config).map((base) => `${url}${base}/`);
  if (pages.length > 0) lines.push(`  pages     ${pages.join(", ")}`);
  if (server.metricsUrl !== undefined) lines.push(`  metrics   ${server.metricsUrl}`);
  if (config.workers > 1) lines.push(`  workers   ${config.workers} processes`);
  if (server.firstToken !== undefined && !atTerminal) {
    lines.push(
      "",
      `There was no tokens file, so one was made with a token for project ${FIRST_PROJECT}:`,
      resolve(config.tokensFile),
    );
  } else if (server.firstToken !== undefined) {
    const id = randomUUID();
    const token = `-H 'X-Auth-Token: ${server.firstToken}'`;
    const image = JSON.stringify({ id, name: "first", tags: ["miracle"] });
    lines.push(
      "",
      `There was no tokens file, so one was made with a token for project ${FIRST_PROJECT}. Create an image`,
      "with a tag, and remove the tag:",
      "",
      `curl -i ${curlTo(server.url)}/v2/images ${token} -d '${image}'`,
      `curl -i -X DELETE ${curlTo(server.url)}/v2/images/${id}/tags/miracle ${token}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** How curl is told of an address. */
function curlTo(url: string): string {
  return url.startsWith("unix:") ? `--unix-socket ${url.slice("unix:".length)} http://localhost` : url;
}

/** How callers are known. */
function tokensOf({ keystone, tokensFile }: Config): string {
  if (keystone === undefined) return resolve(tokensFile);
  return `of Keystone at ${keystone.authUrl}, asked as ${describeCredentials(keystone.credentials)}`;
}
