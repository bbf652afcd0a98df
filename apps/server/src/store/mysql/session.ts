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

/** Has a node of Galera wait, before each statement, until it has what the other nodes committed before. */
export const WAIT_FOR_CLUSTER = "SET SESSION wsrep_sync_wait = 7";
/** The wait before the first statement of a transaction is enough. Each asks the other nodes. */
const WAIT_NO_MORE = "SET SESSION wsrep_sync_wait = 0";

/** A connection to MariaDB or MySQL. */
export class MysqlSession implements Session {
  readonly #connection: PoolConnection;
  readonly #lease: Lease;
  readonly #isGalera: boolean;
  #waitsForCluster = true;
  #isInTransaction = false;

  /** A node of Galera is set to {@link WAIT_FOR_CLUSTER} already. */
  constructor(connection: PoolConnection, lease: Lease, isGalera: boolean) {
    this.#connection = connection;
    this.#lease = lease;
    this.#isGalera = isGalera;
  }

  async run({ sql, parameters, followedBy }: Call): Promise<Reply> {
    // Statements are never prepared. A node of Galera answers the COMMIT of an aborted transaction with OK,
    // when that prepared a statement after another node made it abort.
    const text = toSqlText(sql, parameters);
    if (this.#isGalera && !this.#isInTransaction && !this.#waitsForCluster) {
      await this.#ask(WAIT_FOR_CLUSTER);
      this.#waitsForCluster = true;
    }
    if (followedBy !== undefined) return await this.#runTogether(text, followedBy);
    const result = await this.#ask(text);
    if (Array.isArray(result)) return { rows: result, affected: 0 };
    return { rows: [], affected: result.affectedRows };
  }

  /** Runs changes as a transaction, all of it in one round trip. A value cannot end its place in a text. */
  async #runTogether(first: string, followedBy: Call): Promise<Reply> {
    const texts = [first];
    for (let next: Call | undefined = followedBy; next !== undefined; next = next.followedBy) {
      texts.push(toSqlText(next.sql, next.parameters));
    }
    try {
      const replies = await this.#ask(`START TRANSACTION; ${texts.join("; ")}; COMMIT`);
      const changed = Array.isArray(replies) ? replies[1] : undefined;
      return { rows: [], affected: Number(fieldOf(changed, "affectedRows")) };
    } catch (error) {
      // The server stops at the statement that failed, and leaves the transaction open.
      if (!(error instanceof ConnectionLost)) await this.rollback();
      throw error;
    }
  }

  async begin(mode: "change" | "read"): Promise<void> {
    const begin = BEGIN[mode];
    await this.#ask(this.#isGalera ? `${WAIT_FOR_CLUSTER}; ${begin}; ${WAIT_NO_MORE}` : begin);
    this.#waitsForCluster = false;
    this.#isInTransaction = true;
  }

  async commit(): Promise<void> {
    await this.#ask("COMMIT");
    this.#isInTransaction = false;
  }

  async rollback(): Promise<void> {
    await this.#ask("ROLLBACK");
    this.#isInTransaction = false;
  }

  release(): void {
    if (this.#lease.isOver()) {
      this.discard();
      return;
    }
    this.#lease.isBack();
    this.#connection.release();
  }

  discard(): void {
    this.#lease.isBack();
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
