import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql as raw } from "kysely";
import { compileOnly } from "../sql/compile-only.ts";
import { plainDialect, type Dialect } from "../sql/dialect.ts";

/**
 * The texts that databases hold, by their encoding. `SQL_ASCII` takes all bytes as they come.
 * Source: PostgreSQL, "Character Set Support"; "Character Types": the character with code zero cannot be stored.
 */
const REPERTOIRES: ReadonlyMap<string, RegExp> = new Map([
  ["UTF8", /^[^\0]*$/],
  ["SQL_ASCII", /^[^\0]*$/],
  ["LATIN1", /^(?:(?!\0)[\0-\xff])*$/],
]);

/**
 * What PostgreSQL understands and a database of an encoding can hold; text is compared by its characters, whatever
 * orders it. Throws where the encoding is not served.
 */
export function postgresDialect(encoding: string): Dialect {
  const repertoire = REPERTOIRES.get(encoding);
  if (repertoire === undefined) {
    throw new Error(`it has the encoding ${encoding}; served are ${[...REPERTOIRES.keys()].join(", ")}`);
  }
  return {
    ...plainDialect,
    locksRows: true,
    toEventId: (id) => id,
    // A parameter is of the type that it is compared with, and refused where it does not fit.
    toNumber: (value) => raw`${value}::bigint`,
    canStore: (_, text) => text.isWellFormed() && repertoire.test(text),
  };
}

/** Only builds statements: they run on a connection of a pool. */
export const postgresQueries = compileOnly({
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
});
