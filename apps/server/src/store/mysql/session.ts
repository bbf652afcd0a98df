import type { PoolConnection, QueryError, QueryResult } from "mysql2";
import { ConnectionLost } from "../pooled/failures.ts";
import { GRACE, type Session } from "../pooled/session.ts";
import type { Call, Reply } from "../sql/statement.ts";
import { toFailure } from "./failures.ts";
import { toSqlText } from "./sql-text.ts";

type Callback = (error: QueryError | null, result: QueryResult) => void;

/**
 * The statements that begin a transaction, in one round trip. The level holds for the next transaction alone.
 */
const BEGIN = {
  change: "START TRANSACTION",
  read: "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
} as const;

/** A connection to MariaDB or MySQL. */
export class MysqlSession implements Session {
  readonly #connection: PoolConnection;
  readonly #timeout: number;
  readonly #renewPool: () => void;
  /** The times that its pool had been renewed when it was opened. */
  readonly renewals: number;

  /** `renewPool` has the pool close all of its connections. */
  constructor(connection: PoolConnection, statementTimeout: number, renewals: number, renewPool: () => void) {
    this.#connection = connection;
    this.renewals = renewals;
    this.#renewPool = renewPool;
    this.#timeout = statementTimeout + GRACE;
  }

  async run({ sql, parameters }: Call): Promise<Reply> {
    // Statements are never prepared. A node of Galera answers the COMMIT of an aborted transaction with OK,
    // when that prepared a statement after another node made it abort.
    const text = toSqlText(sql, parameters);
    const result = await this.#within((done) => this.#connection.query(text, done));
    if (Array.isArray(result)) return { rows: result, affected: 0 };
    return { rows: [], affected: result.affectedRows };
  }

  /** Runs statements of fixed text without values. */
  async command(text: string): Promise<void> {
    await this.#within((done) => this.#connection.query(text, done));
  }

  begin(mode: "change" | "read"): Promise<void> {
    return this.command(BEGIN[mode]);
  }

  commit(): Promise<void> {
    return this.command("COMMIT");
  }

  rollback(): Promise<void> {
    return this.command("ROLLBACK");
  }

  release(): void {
    this.#connection.release();
  }

  discard(): void {
    this.#connection.destroy();
  }

  discardAll(): void {
    this.#renewPool();
    this.discard();
  }

  #within(start: (done: Callback) => void): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new ConnectionLost(`The database did not answer within ${this.#timeout} ms.`));
        this.discardAll();
      }, this.#timeout);
      start((error, result) => {
        clearTimeout(timer);
        if (error === null) resolve(result);
        else reject(toFailure(error));
      });
    });
  }
}
