import { pino, type DestinationStream, type Logger } from "pino";
import type { Config } from "../config/config.ts";

/** The bytes that the system writes into a pipe in one piece. Source: pipe(7), PIPE_BUF. */
const ONE_PIECE = 4096;
/** What one process writes at once, in bytes. */
const MANY_LINES = 16_384;

/** The bytes of lines that are written at once. Where several processes share an output, these stay in one piece. */
export function pieceSize({ workers }: Pick<Config, "workers">): number {
  return workers > 1 ? ONE_PIECE : MANY_LINES;
}

/** Whether the log is JSON. By default it is unless it goes to a terminal. */
export function isJsonLog({ logFormat }: Pick<Config, "logFormat">): boolean {
  return (logFormat ?? (process.stdout.isTTY ? "text" : "json")) === "json";
}

/** Standard output, for lines of JSON. Processes that share it write whole lines. */
export async function logDestination(
  config: Pick<Config, "workers" | "logFormat">,
): Promise<DestinationStream> {
  const output = pino.destination({
    dest: 1,
    sync: false,
    maxWrite: pieceSize(config),
  });
  if (isJsonLog(config)) return output;
  // It takes time to load, and a service has no use for it.
  const { textLines } = await import("./text-log.ts");
  return textLines(output);
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
