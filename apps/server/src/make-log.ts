import { pino, type DestinationStream, type Logger } from "pino";
import type { Config } from "./config.ts";
import { ONE_PIECE, type LineSink } from "./http/access-log.ts";

/**
 * Standard output, written to without blocking the process and flushed when it ends. Several processes that
 * share it write whole lines, not parts of them.
 */
export function standardOutput({ workers }: Pick<Config, "workers">): LineSink & DestinationStream {
  return pino.destination({ dest: 1, sync: false, ...(workers > 1 ? { maxWrite: ONE_PIECE } : {}) });
}

/** The log of what is worth a person's while. */
export function makeLog(config: Config, to: DestinationStream = standardOutput(config)): Logger {
  return pino({ level: config.logLevel, base: null }, to);
}
