import type Database from "better-sqlite3";
import type { Call, Reply, Steps } from "../sql/statement.ts";

/** The prepared statements that are kept. Those of fixed text and the usual lists are fewer. */
const KEPT_STATEMENTS = 200;

/** Runs {@link Steps} on one SQLite connection, statement by statement. */
export class SqliteConnection {
  readonly #database: Database.Database;
  readonly #prepared = new Map<string, Database.Statement>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** Whether a transaction is open. */
  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  /** Runs a statement that has no parameters and no rows, such as `COMMIT`. */
  execute(sql: string): void {
    this.#prepare(sql).run();
  }

  /** Runs work to its end in the open transaction. */
  run<Result>(work: Steps<Result>): Result {
    let step = work.next();
    while (step.done !== true) step = work.next(this.#reply(step.value));
    return step.value;
  }

  /** Runs work that reads. Its statements see one state of the database, whatever others write meanwhile. */
  read<Result>(work: () => Steps<Result>): Result {
    this.execute("BEGIN");
    try {
      return this.run(work());
    } finally {
      this.execute("COMMIT");
    }
  }

  /** Moves the write-ahead log into the file, which gives its room back. `false` when that cannot be done. */
  makeRoom(): boolean {
    try {
      this.#database.pragma("wal_checkpoint(TRUNCATE)");
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#database.close();
  }

  #reply(call: Call): Reply {
    const statement = this.#prepare(call.sql);
    const parameters = call.parameters.some(isFlag) ? call.parameters.map(toColumn) : call.parameters;
    if (statement.reader) return { rows: statement.all(...parameters), affected: 0 };
    return { rows: [], affected: statement.run(...parameters).changes };
  }

  #prepare(sql: string): Database.Statement {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      if (this.#prepared.size >= KEPT_STATEMENTS) this.#prepared.clear();
      statement = this.#database.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }
}

/** SQLite has no booleans. Glance's columns hold 0 and 1. */
function toColumn(value: unknown): unknown {
  return isFlag(value) ? Number(value) : value;
}

function isFlag(value: unknown): value is boolean {
  return typeof value === "boolean";
}
