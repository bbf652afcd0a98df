import type { PoolFigures } from "../sql/sql-database.ts";
import type { Call, Reply } from "../sql/statement.ts";
import type { Deadline } from "./deadline.ts";

/**
 * A connection to a database server, held by one piece of work at a time. Each call rejects with a
 * `TransactionAborted`, `ConnectionLost`, `ServerUnfit`, `DuplicateKey` or `StoreUnavailable`, or with what the
 * driver says of a mistake of ours.
 */
export interface Session {
  /** Runs one statement. Outside of a transaction it is one by itself. */
  run(call: Call): Promise<Reply>;
  /**
   * Begins a transaction: to change, where each statement sees what was committed before it, or to read one
   * state of the database.
   */
  begin(mode: "change" | "read"): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** Gives the connection back for other work. It must not be in a transaction. */
  release(): void;
  /** Closes the connection, whose state is not known. */
  discard(): void;
  /** Closes the connection, and has the pool close all others: their server is of no use. */
  discardAll(): void;
}

/** Keeps connections open, up to a number. */
export interface SessionPool {
  /** Rejects with a `StoreUnavailable` when none comes free in time, or the database cannot be reached. */
  acquire(deadline: Deadline): Promise<Session>;
  /** Whether commits wait for a standby that does not confirm them, so that another change is of no use. */
  isStalled?(): boolean;
  figures?(): PoolFigures;
  /** Waits for the connections in use, and then closes all. */
  close(): Promise<void>;
}

/** The limits of connections to a database server. Times are in milliseconds. */
export interface PoolLimits {
  /** The most connections that are open. */
  readonly poolSize: number;
  /** The time to connect, and to wait for a connection when all are in use. */
  readonly connectTimeout: number;
  /** The time that a statement may take. */
  readonly statementTimeout: number;
  /**
   * The time that the server may leave a probe unanswered. It is probed while something else takes long, and is
   * no longer waited for when it does not answer. Without this limit it is never probed.
   */
  readonly probeTimeout?: number | undefined;
}

/**
 * The time to wait for another transaction's row lock, in milliseconds. It is less than a statement may take,
 * so that the database tells the reason.
 */
export function lockTimeout({ statementTimeout }: PoolLimits): number {
  return Math.max(1_000, Math.floor(statementTimeout / 2_000) * 1_000);
}

/**
 * The time after which the system asks for a sign of life on an idle connection, in milliseconds. One whose other
 * end is gone is then closed before it is needed, and firewalls keep the others.
 */
export const KEEP_ALIVE = 10_000;

/** The time that a request goes on with another server when the one in use was found silent, in milliseconds. */
export const AFTER_SILENCE = 300;

/**
 * The time beyond the statement limit that an answer is waited for, in milliseconds. The database keeps the
 * limit itself; this is for one that does not answer at all.
 */
export const GRACE = 1_000;
