import type { PoolClient, QueryResult } from "pg";
import { awaitAnswer } from "../pooled/await-answer.ts";
import { TransactionAborted } from "../pooled/failures.ts";
import type { Lease } from "../pooled/server-pool.ts";
import type { Session } from "../pooled/session.ts";
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
  readonly #lease: Lease;

  constructor(client: PoolClient, lease: Lease) {
    this.#client = client;
    this.#lease = lease;
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
    // COMMIT rolls a failed transaction back without an error.
    if (command !== "COMMIT") throw new TransactionAborted(`The commit was answered with ${command}.`);
  }

  async rollback(): Promise<void> {
    await this.#query("ROLLBACK");
  }

  release(): void {
    this.#client.release(this.#lease.isOver());
  }

  discard(): void {
    this.#client.release(true);
  }

  discardAll(): void {
    this.#lease.discardAll();
    this.discard();
  }

  #query(text: string, parameters?: readonly unknown[], name?: string): Promise<QueryResult<object>> {
    const query = {
      text,
      ...(parameters === undefined ? {} : { values: [...parameters] }),
      ...(name === undefined ? {} : { name }),
    };
    return awaitAnswer<QueryResult<object>>((resolve, reject) => {
      this.#client.query<object>(query, (error: Error | null, result) => {
        if (error === null || error === undefined) resolve(result);
        else reject(toFailure(error));
      });
    }, this.#lease.wait);
  }
}
