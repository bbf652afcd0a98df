import { pino, type DestinationStream, type Logger } from "pino";
import type { Config } from "../config/config.ts";

/** What the system writes into a pipe in one piece, in bytes. Source: pipe(7), PIPE_BUF. */
const ONE_PIECE = 4096;

/** Standard output. Several processes that share it write whole lines, not parts of them. */
export function logDestination({ workers }: Pick<Config, "workers">): DestinationStream {
  return pino.destination({ dest: 1, sync: false, ...(workers > 1 ? { maxWrite: ONE_PIECE } : {}) });
}

/** The log, on standard output unless another place is named. */
export function makeLog(config: Config, destination: DestinationStream = logDestination(config)): Logger {
  return pino({ level: config.logLevel, base: null }, destination);
}
