import { pino, type DestinationStream, type Logger } from "pino";
import { ConfigError, type Config } from "../../config/config.ts";
import type { LogFormat } from "../../config/log-settings.ts";
import { errorText } from "../../error-text.ts";
import { LogFile } from "./log-file.ts";
import type { LogOutput } from "./log-output.ts";

/** The bytes that the system writes into a pipe in one piece. Source: pipe(7), PIPE_BUF. */
const ONE_PIECE = 4096;
/** What one process writes at once, in bytes. */
const MANY_LINES = 16_384;

/** The bytes of lines that are written at once. Where several processes share an output, these stay in one piece. */
export function pieceSize({ workers }: Pick<Config, "workers">): number {
  return workers > 1 ? ONE_PIECE : MANY_LINES;
}

/** The form of the log. By default it is JSON, unless it goes to a terminal. */
export function logFormOf({ logFormat, logFile }: Pick<Config, "logFormat" | "logFile">): LogFormat {
  return logFormat ?? (logFile === undefined && process.stdout.isTTY ? "text" : "json");
}

/** Where the log goes: the file that is set, or standard output. Processes that share it write whole lines. */
export async function logDestination(
  config: Pick<Config, "workers" | "logFormat" | "logFile">,
): Promise<LogOutput> {
  const output = config.logFile === undefined ? standardOutput(config) : openFile(config.logFile, config);
  switch (logFormOf(config)) {
    case "json":
      return output;
    case "oslo":
      return (await import("./oslo-lines.ts")).osloLines(output);
    case "text":
      // It takes time to load, and a service has no use for it.
      return (await import("./text-log.ts")).textLines(output);
  }
}

function standardOutput(config: Pick<Config, "workers">): LogOutput {
  const output = pino.destination({ dest: 1, sync: false, maxWrite: pieceSize(config) });
  return Object.assign(output, { reopen: () => undefined });
}

function openFile(path: string, config: Pick<Config, "workers">): LogOutput {
  try {
    return new LogFile(path, pieceSize(config), tellOnStandardError);
  } catch (error) {
    throw new ConfigError(`IMAGETAGS_LOG_FILE cannot be opened: ${errorText(error)}`);
  }
}

function tellOnStandardError(sentence: string): void {
  process.stderr.write(`imagetags-server: ${sentence}\n`);
}

/** The log, in lines of JSON: the level by its name, the time as in ISO 8601. */
export function makeLog({ logLevel }: Pick<Config, "logLevel">, destination: DestinationStream): Logger {
  return pino(
    {
      level: logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    destination,
  );
}
