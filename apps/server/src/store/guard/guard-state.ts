import { sql as raw, type Kysely } from "kysely";
import type { Schema } from "../sql/schema.ts";
import type { SqlDatabase } from "../sql/sql-database.ts";
import { rowsOfQuery, type Steps } from "../sql/statement.ts";
import { GUARD_VERSION, TRIGGER_PREFIX, triggerNames, type GuardedKind } from "./guard-triggers.ts";

/**
 * Whether the guard keeps what this server did to tags: `on` as this server expects it, `outdated` as another
 * version makes it, `half` where one of the two triggers is missing.
 */
export type GuardState = "off" | "half" | "outdated" | "on";

/** The guard as it was found. */
export interface Guard {
  readonly state: GuardState;
  readonly triggers: readonly FoundTrigger[];
}

/** A trigger of any version of the guard. */
export interface FoundTrigger {
  readonly name: string;
  /** Whose rights it works with, or on PostgreSQL whose function it calls; unknown to who may not see it. */
  readonly definer: string | null;
  /** Whether it does anything: on PostgreSQL a trigger can be disabled. */
  readonly enabled: boolean;
}

interface TriggerRow {
  readonly name: string;
  readonly definer: string | null;
  readonly enabled: boolean | number;
}

const QUERIES: Readonly<Record<GuardedKind, ReturnType<typeof raw<TriggerRow>>>> = {
  mysql: raw`
    select trigger_name as name, definer as definer, 1 as enabled from information_schema.triggers
    where event_object_schema = database() and event_object_table = 'image_tags'
      and left(trigger_name, ${raw.lit(TRIGGER_PREFIX.length)}) = ${raw.lit(TRIGGER_PREFIX)} order by trigger_name`,
  postgres: raw`
    select t.tgname as name, pg_get_userbyid(p.proowner) as definer, t.tgenabled in ('O', 'A') as enabled
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
      join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
    where c.relname = 'image_tags' and starts_with(t.tgname::text, ${raw.lit(TRIGGER_PREFIX)}) order by t.tgname`,
};

/** Looks whether the guard is on. */
export function readGuard(database: SqlDatabase, kind: GuardedKind): Promise<Guard> {
  return database.autocommit(() => findGuard(database.queries, kind));
}

/** See {@link readGuard}. */
export function* findGuard(db: Kysely<Schema>, kind: GuardedKind): Steps<Guard> {
  const rows = yield* rowsOfQuery(QUERIES[kind].compile(db));
  const triggers = rows.map((row) => ({ ...row, enabled: Boolean(row.enabled) }));
  return { state: stateOf(triggers.filter(({ enabled }) => enabled).map(({ name }) => name)), triggers };
}

function stateOf(names: readonly string[]): GuardState {
  if (names.length === 0) return "off";
  const { added, removed } = triggerNames(GUARD_VERSION);
  if (names.includes(added) && names.includes(removed)) return "on";
  const kinds = new Set(names.map((name) => name.slice(TRIGGER_PREFIX.length).replace(/_\d+$/, "")));
  return kinds.size > 1 ? "outdated" : "half";
}
