import type { PoolClient, QueryResult } from "pg";
import { ConnectionLost, TransactionAborted } from "../pooled/failures.ts";
import { GRACE, type Session } from "../pooled/session.ts";
import type { Call, Reply } from "../sql/statement.ts";
import { toFailure } from "./failures.ts";

/**
 * A change names this server to the guard, for itself alone: a pooler may give the connection to Glance next, or
 * another to this server.
 */
const BEGIN = {
  change: "BEGIN; SET LOCAL imagetags.server = 'on'",
  read: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
} as const;

/** A connection to PostgreSQL. */
export class PostgresSession implements Session {
  readonly #client: PoolClient;
  readonly #timeout: number;
  readonly #renewPool: () => void;
  /** How often its pool had been renewed when it was opened. */
  readonly renewals: number;

  /** `renewPool` has the pool close all of its connections. */
  constructor(client: PoolClient, statementTimeout: number, renewals: number, renewPool: () => void) {
    this.#client = client;
    this.renewals = renewals;
    this.#renewPool = renewPool;
    this.#timeout = statementTimeout + GRACE;
  }

  async run({ sql, parameters, name }: Call): Promise<Reply> {
    const { rows, rowCount } = await this.#query(sql, parameters, name);
    return { rows, affected: rowCount ?? 0 };
  }

  async begin(mode: "change" | "read"): Promise<void> {
    await this.#query(BEGIN[mode]);
  }

  async commit(): Promise<void> {
    const { command } = await this.#query("COMMIT");
    // A transaction that failed is rolled back by COMMIT, without an error.
    if (command !== "COMMIT") throw new TransactionAborted(`The commit was answered with ${command}.`);
  }

  async rollback(): Promise<void> {
    await this.#query("ROLLBACK");
  }

  release(): void {
    this.#client.release();
  }

  discard(): void {
    this.#client.release(true);
  }

  discardAll(): void {
    this.#renewPool();
    this.discard();
  }

  #query(text: string, parameters?: readonly unknown[], name?: string): Promise<QueryResult<object>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        // Whoever holds the connection closes it.
        this.#renewPool();
        reject(new ConnectionLost(`The database did not answer within ${this.#timeout} ms.`));
      }, this.#timeout);
      const query = {
        text,
        ...(parameters === undefined ? {} : { values: [...parameters] }),
        ...(name === undefined ? {} : { name }),
      };
      this.#client.query<object>(query, (error: Error | null, result) => {
        clearTimeout(timer);
        if (error === null || error === undefined) resolve(result);
        else reject(toFailure(error));
      });
    });
  }
}
