import { pino, type Logger } from "pino";
import type { Config } from "./config.ts";

/** What the system writes into a pipe in one piece, in bytes. Source: pipe(7), PIPE_BUF. */
const ONE_PIECE = 4096;

/** The log, on standard output. Several processes that share it write whole lines, not parts of them. */
export function makeLog({ logLevel, workers }: Config): Logger {
  const destination = { dest: 1, sync: false, ...(workers > 1 ? { maxWrite: ONE_PIECE } : {}) };
  return pino({ level: logLevel, base: null }, pino.destination(destination));
}
