import mysql, { type PoolConnection, type QueryError, type QueryResult } from "mysql2";
import { ConnectionLost } from "../pooled/failures.ts";
import { GRACE, type Session } from "../pooled/session.ts";
import type { Call, Reply } from "../sql/statement.ts";
import { toFailure } from "./failures.ts";

type Callback = (error: QueryError | null, result: QueryResult) => void;

/** In one round trip: the level holds for the one transaction that begins next. */
const BEGIN = {
  change: "START TRANSACTION",
  read: "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
} as const;

/** A connection to MariaDB or MySQL. */
export class MysqlSession implements Session {
  readonly #connection: PoolConnection;
  readonly #timeout: number;

  constructor(connection: PoolConnection, statementTimeout: number) {
    this.#connection = connection;
    this.#timeout = statementTimeout + GRACE;
  }

  async run({ sql, parameters }: Call): Promise<Reply> {
    // Prepared by the server, so that no value is ever written into the text of a statement.
    const result = await this.#within((done) =>
      this.#connection.execute(sql, parameters.map(toParameter), done),
    );
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

  #within(start: (done: Callback) => void): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new ConnectionLost(`The database did not answer within ${this.#timeout} ms.`));
        this.#connection.destroy();
      }, this.#timeout);
      start((error, result) => {
        clearTimeout(timer);
        if (error === null) resolve(result);
        else reject(toFailure(error));
      });
    });
  }
}

/** Glance's columns hold 0 and 1 for booleans; the driver would send a plain number as floating point. */
function toParameter(value: unknown): string | ReturnType<typeof mysql.TypedParameter.BIGINT> | null {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "boolean") return mysql.TypedParameter.TINY(value ? 1 : 0);
  if (typeof value === "number" || typeof value === "bigint") return mysql.TypedParameter.BIGINT(value);
  throw new TypeError(`A ${typeof value} is no value of a statement.`);
}
