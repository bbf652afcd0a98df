import type { Compilable, CompiledQuery, Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/** A statement with its parameters, on its way to a database. */
export interface Call {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** A name for a text that is run often. A database server keeps it prepared by that. */
  readonly name?: string;
  /**
   * A change that is done after this one, in one transaction and one round trip with it. The reply is this one's.
   * Only a removal on MariaDB or MySQL asks for that.
   */
  readonly followedBy?: Call;
}

/** A database's answer: the rows of a query, and the number of rows that a change wrote. */
export interface Reply {
  readonly rows: readonly unknown[];
  readonly affected: number;
}

/**
 * Work in one transaction, written once for every database. It yields statements and is given their replies: at
 * once by SQLite, after a round trip by a database server.
 */
export type Steps<Result> = Generator<Call, Result, Reply>;

type Build<Args, Row> = (db: Kysely<Schema>, slot: Args) => Compilable<Row>;

/** The number of statements of fixed text so far. Each gets a name of its own. */
let statements = 0;

/** A statement of fixed text, compiled once. Each use gives the values of its slots. */
export class Statement<Args extends object, Row> {
  readonly #name = `imagetags_${(statements += 1)}`;
  readonly #sql: string;
  readonly #parameters: readonly unknown[];

  constructor(db: Kysely<Schema>, build: Build<Args, Row>) {
    const compiled = build(db, slots<Args>()).compile();
    this.#sql = compiled.sql;
    this.#parameters = compiled.parameters;
  }

  /** Runs a query for all of its rows. */
  *rows(args: Args): Steps<readonly Row[]> {
    const reply = yield this.call(args);
    return rowsOf<Row>(reply);
  }

  /** Runs a query for its first row. */
  *first(args: Args): Steps<Row | undefined> {
    const reply = yield this.call(args);
    return rowsOf<Row>(reply)[0];
  }

  /** Runs a change. Returns the number of rows that it wrote. */
  *run(args: Args): Steps<number> {
    const reply = yield this.call(args);
    return reply.affected;
  }

  /** The statement with the values of its slots. */
  call(args: Args): Call {
    return {
      name: this.#name,
      sql: this.#sql,
      parameters: this.#parameters.map((value) => (value instanceof Slot ? value.of(args) : value)),
    };
  }
}

/** Runs a query whose text is made when it is asked. */
export function* rowsOfQuery<Row>(query: CompiledQuery<Row>): Steps<readonly Row[]> {
  const reply = yield query;
  return rowsOf<Row>(reply);
}

/** Stands in a compiled statement where a value will be. */
class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  of(args: object): unknown {
    return Reflect.get(args, this.name);
  }
}

/**
 * An object whose every member is a {@link Slot} of that name. The query builder takes any value as a
 * parameter and hands it back untouched; the cast makes it check the slots' types as the values'.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it types what is returned
function slots<Args extends object>(): Args {
  const target: object = {};
  const proxy = new Proxy(target, { get: (_, name) => new Slot(String(name)) });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return proxy as Args;
}

/** The rows of a reply as the query builder typed them: the one place where a driver's word is taken. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it types what is returned
export function rowsOf<Row>(reply: Reply): readonly Row[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return reply.rows as readonly Row[];
}
