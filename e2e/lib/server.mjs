import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startProgram } from "./program.mjs";
import { tempFolder } from "./temp-folder.mjs";

const MAIN = fileURLToPath(new URL("../../apps/server/bundle/imagetags-server.cjs", import.meta.url));

/**
 * Our server as built, in a process of its own.
 * @typedef {object} Server
 * @property {string} url of its root, without a version
 * @property {number} pid
 * @property {string} folder that holds its data, removed in the end
 * @property {() => string} output all that it has printed
 * @property {() => Promise<void>} stop
 * @property {() => Promise<void>} kill with SIGKILL
 */

/**
 * Starts it on a free port of 127.0.0.1.
 * @param {Record<string, string>} [settings] its environment, over what every check shares
 * @param {object[]} [tokens] the entries of its tokens file
 * @returns {Promise<Server & AsyncDisposable>}
 */
export async function startServer(settings = {}, tokens) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(tempFolder("server")).path;
  const data = join(folder, "data");
  mkdirSync(data);
  const tokensFile = join(folder, "tokens.yaml");
  // JSON is YAML.
  if (tokens !== undefined) writeFileSync(tokensFile, JSON.stringify({ tokens }));
  const log = join(folder, "log");
  const output = () => (existsSync(log) ? readFileSync(log, "utf8") : "");
  const address = () => / answers at (http\S+)/.exec(output())?.[1];
  const running = await startProgram({
    name: "The server",
    command: process.execPath,
    args: [MAIN],
    env: {
      IMAGETAGS_LISTEN: "127.0.0.1:0",
      IMAGETAGS_DATA_DIR: data,
      ...(tokens !== undefined && { IMAGETAGS_TOKENS_FILE: tokensFile }),
      ...settings,
    },
    log,
    folder,
    ready: () => address() !== undefined,
  });
  stack.defer(() => running.stop());
  const url = address();
  if (url === undefined) throw new Error("The server printed no address.");

  const owned = stack.move();
  return {
    url,
    pid: running.pid,
    folder,
    output,
    stop: () => running.stop(),
    kill: () => running.kill(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
