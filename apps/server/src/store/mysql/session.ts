import { ConnectionLost } from "../pooled/failures.ts";
import type { PoolConnection, QueryResult } from "mysql2";
import { awaitAnswer } from "../pooled/await-answer.ts";
import type { Lease } from "../pooled/server-pool.ts";
import type { Session } from "../pooled/session.ts";
import { fieldOf } from "../sql/recognise-schema.ts";
import type { Call, Reply } from "../sql/statement.ts";
import { toFailure } from "./failures.ts";
import { toSqlText } from "./sql-text.ts";

/** The statements that begin a transaction, in one round trip. The level holds for the next transaction alone. */
const BEGIN = {
  change: "START TRANSACTION",
  read: "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
} as const;

/** A connection to MariaDB or MySQL. */
export class MysqlSession implements Session {
  readonly #connection: PoolConnection;
  readonly #lease: Lease;

  constructor(connection: PoolConnection, lease: Lease) {
    this.#connection = connection;
    this.#lease = lease;
  }

  async run({ sql, parameters, followedBy }: Call): Promise<Reply> {
    // Statements are never prepared. A node of Galera answers the COMMIT of an aborted transaction with OK,
    // when that prepared a statement after another node made it abort.
    const text = toSqlText(sql, parameters);
    if (followedBy !== undefined)
      return await this.#runTogether(text, toSqlText(followedBy.sql, followedBy.parameters));
    const result = await this.#ask(text);
    if (Array.isArray(result)) return { rows: result, affected: 0 };
    return { rows: [], affected: result.affectedRows };
  }

  /** Runs two changes as a transaction, all of it in one round trip. A value cannot end its place in a text. */
  async #runTogether(first: string, second: string): Promise<Reply> {
    try {
      const replies = await this.#ask(`START TRANSACTION; ${first}; ${second}; COMMIT`);
      const changed = Array.isArray(replies) ? replies[1] : undefined;
      return { rows: [], affected: Number(fieldOf(changed, "affectedRows")) };
    } catch (error) {
      // The server stops at the statement that failed, and leaves the transaction open.
      if (!(error instanceof ConnectionLost)) await this.rollback();
      throw error;
    }
  }

  async begin(mode: "change" | "read"): Promise<void> {
    await this.#ask(BEGIN[mode]);
  }

  async commit(): Promise<void> {
    await this.#ask("COMMIT");
  }

  async rollback(): Promise<void> {
    await this.#ask("ROLLBACK");
  }

  release(): void {
    if (this.#lease.isOver()) this.discard();
    else this.#connection.release();
  }

  discard(): void {
    this.#connection.destroy();
  }

  discardAll(): void {
    this.#lease.discardAll();
    this.discard();
  }

  #ask(text: string): Promise<QueryResult> {
    return awaitAnswer<QueryResult>((resolve, reject) => {
      this.#connection.query(text, (error, result: QueryResult) => {
        if (error === null) resolve(result);
        else reject(toFailure(error));
      });
    }, this.#lease.wait);
  }
}
