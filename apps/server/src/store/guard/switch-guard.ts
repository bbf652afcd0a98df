import type { SqlDatabase } from "../sql/sql-database.ts";
import { fieldOf } from "../sql/recognise-schema.ts";
import type { Steps } from "../sql/statement.ts";
import { findGuard } from "./guard-state.ts";
import { MYSQL_TRIGGERS, POSTGRES_FUNCTION, postgresGuard, type GuardedKind } from "./guard-triggers.ts";

/**
 * How long a trigger waits for the writers of its table, in seconds: all who come after it wait behind it. It is
 * tried again when that was not enough.
 */
const LOCK_WAIT = 2;

/** Makes the guard, or brings it to this server's version, in whose course the old one stays on. */
export async function turnGuardOn(database: SqlDatabase, kind: GuardedKind): Promise<void> {
  await switchGuard(database, kind, true);
}

/** Takes the guard away, of whatever version it is. */
export async function turnGuardOff(database: SqlDatabase, kind: GuardedKind): Promise<void> {
  await switchGuard(database, kind, false);
}

function switchGuard(database: SqlDatabase, kind: GuardedKind, on: boolean): Promise<void> {
  return kind === "postgres"
    ? database.change(() => switchPostgres(database, on))
    : database.autocommit(() => switchMysql(database, on));
}

/**
 * Each trigger is a statement by itself, and one is there before what it replaces goes: two do no harm, and one
 * alone keeps less, but no less than none.
 */
function* switchMysql({ queries }: SqlDatabase, on: boolean): Steps<void> {
  yield command(`SET SESSION lock_wait_timeout = ${LOCK_WAIT}`);
  const wanted = on ? MYSQL_TRIGGERS : [];
  const { triggers } = yield* findGuard(queries, "mysql");
  for (const { name, sql } of wanted) {
    if (!triggers.some((found) => found.name === name)) yield command(sql);
  }
  for (const { name } of triggers.toReversed()) {
    if (!wanted.some((kept) => kept.name === name)) yield command(`DROP TRIGGER IF EXISTS ${name}`);
  }
}

/** All at once: whoever writes sees the guard before or the guard after. */
function* switchPostgres({ queries }: SqlDatabase, on: boolean): Steps<void> {
  yield command(`SET LOCAL lock_timeout = '${LOCK_WAIT}s'`);
  const { rows } = yield command("SELECT quote_ident(current_schema()) AS schema");
  const schema = String(fieldOf(rows[0], "schema"));
  yield command(`LOCK TABLE ${schema}.image_tags IN SHARE ROW EXCLUSIVE MODE`);
  const { triggers } = yield* findGuard(queries, "postgres");
  for (const { name } of triggers) yield command(`DROP TRIGGER ${name} ON ${schema}.image_tags`);
  const guard = postgresGuard(schema);
  if (!on) yield command(`DROP FUNCTION IF EXISTS ${schema}.${POSTGRES_FUNCTION}()`);
  else
    for (const sql of [guard.function, ...guard.triggers.map((trigger) => trigger.sql)]) yield command(sql);
}

function command(sql: string): { sql: string; parameters: [] } {
  return { sql, parameters: [] };
}
