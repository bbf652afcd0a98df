#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { ConfigError, readConfig } from "./config.ts";
import { TokenFileError } from "./identity/token-file.ts";
import { serve } from "./serve.ts";
import { helpText, startText } from "./start-text.ts";
import { DatabaseFileError } from "./store/sqlite/open-sqlite.ts";
import { untilStopped } from "./until-stopped.ts";

/** Wrong usage, and settings that cannot be used. */
const USAGE_ERROR = 2;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: "boolean", short: "h" }, version: { type: "boolean", short: "V" } },
  });
  if (values.help === true) {
    process.stdout.write(helpText());
    return 0;
  }
  if (values.version === true) {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const [command = "serve", ...rest] = positionals;
  if (command !== "serve" || rest.length > 0) {
    throw new ConfigError(`There is no command "${positionals.join(" ")}"; see --help.`);
  }
  const config = readConfig(process.env);
  const server = await serve(config);
  // Before the text: who reads it may send a signal at once.
  const stopped = untilStopped();
  process.stdout.write(startText(config, server, version()));
  await stopped;
  await server.close();
  return 0;
}

function version(): string {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(manifest)).version;
}

/** The mistakes of the person at the terminal, told without a stack trace. */
function explain(error: unknown): string | undefined {
  if (error instanceof ConfigError || error instanceof TokenFileError || error instanceof DatabaseFileError) {
    return error.message;
  }
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const code = String(error.code);
  if (code === "EADDRINUSE") return "IMAGETAGS_LISTEN: another program listens there already.";
  if ("syscall" in error && ["listen", "getaddrinfo"].includes(String(error.syscall))) {
    return `IMAGETAGS_LISTEN cannot be used: ${error.message}`;
  }
  return code.startsWith("ERR_PARSE_ARGS") ? error.message : undefined;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const message = explain(error);
  if (message === undefined) throw error;
  process.stderr.write(`imagetags-server: ${message.replaceAll("\n", "\nimagetags-server: ")}\n`);
  process.exitCode = USAGE_ERROR;
}
