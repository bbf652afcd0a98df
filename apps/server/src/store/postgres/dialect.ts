import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql as raw } from "kysely";
import { compileOnly } from "../sql/compile-only.ts";
import { plainDialect, type Dialect } from "../sql/dialect.ts";

/**
 * The texts that databases can hold, by their encoding. `SQL_ASCII` takes all bytes as they come. The character
 * with code zero cannot be stored. Source: PostgreSQL, "Character Set Support" and "Character Types".
 */
const REPERTOIRES: ReadonlyMap<string, RegExp> = new Map([
  ["UTF8", /^[^\0]*$/],
  ["SQL_ASCII", /^[^\0]*$/],
  ["LATIN1", /^(?:(?!\0)[\0-\xff])*$/],
]);

/**
 * Writes a message of no meaning to the log where nothing else was written: a commit waits for a standby when it has
 * written. Source: PostgreSQL, "Replication Management Functions"; anybody may call it.
 */
const CONFIRM = {
  sql: `SELECT pg_logical_emit_message(true, 'imagetags', '') WHERE pg_current_xact_id_if_assigned() IS NULL
    AND current_setting('synchronous_standby_names') <> ''`,
  parameters: [],
};

/**
 * Row locks of many readers would be written, and might never let a writer in. So the table is locked: a statement that names
 * it `for share` takes a lock of it before it looks at any row, and keeps that to the end of its transaction, also where it locks
 * no row. {@link LOCK_RULES} waits for these, and neither for plain readers nor for a backup. Source: PostgreSQL, "Table-Level
 * Locks".
 */
export const RULES_VERSION = raw<string | null>`(select version from imagetags_rules_version
  where id = 1 and not exists (select 1 from imagetags_rules_version where false for share))`;
const LOCK_RULES = { sql: "lock table imagetags_rules_version in exclusive mode", parameters: [] };

/**
 * What PostgreSQL understands, and what a database of this encoding can hold. Text is compared by its
 * characters, whatever its order. Throws where the encoding is not served.
 */
export function postgresDialect(encoding: string, hasStandbys: boolean = false): Dialect {
  const repertoire = REPERTOIRES.get(encoding);
  if (repertoire === undefined) {
    throw new Error(`it has the encoding ${encoding}; served are ${[...REPERTOIRES.keys()].join(", ")}`);
  }
  return {
    ...plainDialect,
    locksRows: true,
    inOrder: (column) => raw`${raw.ref(column)} collate "C"`,
    confirm: hasStandbys ? CONFIRM : undefined,
    clock: raw`(extract(epoch from clock_timestamp()) * 1000)::bigint`,
    rulesVersion: RULES_VERSION,
    lockRules: LOCK_RULES,
    toEventId: (id) => id,
    // Of hundreds of queries in a union each would be planned by itself.
    imageIdRows: (ids) => raw`select unnest(${[...ids]}::text[]) as image_id`,
    // A parameter takes the type that it is compared with, and is refused where it does not fit.
    toNumber: (value) => raw`${value}::bigint`,
    canStore: (_, text) => text.isWellFormed() && repertoire.test(text),
  };
}

/** A builder of statements, which run on a connection of a pool. */
export const postgresQueries = compileOnly({
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
});
