import type { PoolClient, QueryResult } from "pg";
import { awaitAnswer } from "../pooled/await-answer.ts";
import { ConnectionLost, TransactionAborted } from "../pooled/failures.ts";
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

/**
 * Where PostgreSQL warns that it no longer waits for a standby: somebody cancelled that. It answers as if all were well,
 * but what it committed may be on no standby. Its words depend on the language. Source: PostgreSQL,
 * src/backend/replication/syncrep.c.
 */
const WAIT_GIVEN_UP = "SyncRepWaitForLSN";

/** A connection to PostgreSQL. */
export class PostgresSession implements Session {
  readonly #client: PoolClient;
  readonly #lease: Lease;
  #isRead = false;
  #isUnconfirmed = false;

  constructor(client: PoolClient, lease: Lease) {
    this.#client = client;
    this.#lease = lease;
    client.on("notice", ({ routine }) => {
      if (routine === WAIT_GIVEN_UP) this.#isUnconfirmed = true;
    });
  }

  async run({ sql, parameters, name }: Call): Promise<Reply> {
    const { rows, rowCount } = await this.#query(sql, parameters, name);
    return { rows, affected: rowCount ?? 0 };
  }

  async begin(mode: "change" | "read"): Promise<void> {
    this.#isRead = mode === "read";
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
    this.#isRead = false;
    this.#lease.isBack();
    this.#client.release(this.#lease.isOver());
  }

  discard(): void {
    this.#lease.isBack();
    this.#client.release(true);
  }

  discardAll(): void {
    this.#lease.discardAll();
    this.discard();
  }

  async #query(text: string, parameters?: readonly unknown[], name?: string): Promise<QueryResult<object>> {
    const query = {
      text,
      ...(parameters === undefined ? {} : { values: [...parameters] }),
      ...(name === undefined ? {} : { name }),
    };
    const wait = { ...this.#lease.wait, isChange: !this.#isRead };
    const answer = await awaitAnswer<QueryResult<object>>((resolve, reject) => {
      this.#client.query<object>(query, (error: Error | null, result) => {
        if (error === null || error === undefined) resolve(result);
        else reject(toFailure(error));
      });
    }, wait);
    if (this.#isUnconfirmed) throw new ConnectionLost("The wait for a standby was given up.");
    return answer;
  }
}
