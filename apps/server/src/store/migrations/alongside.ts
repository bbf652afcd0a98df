import type { Kysely } from "kysely";
import { OUTBOX_TABLES } from "./outbox-tables.ts";
import { TAG_EVENTS_TABLE, makeTagEventsTable } from "./tag-events-table.ts";
import {
  TAG_RULES_TABLE,
  TAG_RULES_VERSION_TABLE,
  makeTagRulesTable,
  makeTagRulesVersionTable,
} from "./tag-rules-table.ts";
import type { Ddl } from "./ddl.ts";

/** The tables of ours that may stand beside Glance's, and how each is made. */
const TABLES: Readonly<Record<string, (db: Kysely<unknown>, ddl: Ddl) => Promise<void>>> = {
  [TAG_EVENTS_TABLE]: makeTagEventsTable,
  [TAG_RULES_VERSION_TABLE]: makeTagRulesVersionTable,
  [TAG_RULES_TABLE]: makeTagRulesTable,
  ...OUTBOX_TABLES,
};

/**
 * Makes those tables of ours beside Glance's that are not there; none of Glance's is touched. What breaks off is gone on with
 * the next time. Resolves with the names of those that were made.
 */
export async function makeAlongside(
  db: Kysely<unknown>,
  ddl: Ddl,
  tables: ReadonlyMap<string, unknown>,
): Promise<readonly string[]> {
  const missing = missingAlongside(tables);
  // Each is made anew as far as it is not there: a database without transactions of these may have half of one.
  for (const [name, make] of Object.entries(TABLES)) {
    if (ddl.isTransactional && tables.has(name)) continue;
    await make(db, ddl);
  }
  return missing;
}

/** The names of those that are not there. */
export function missingAlongside(tables: ReadonlyMap<string, unknown>): readonly string[] {
  return Object.keys(TABLES).filter((name) => !tables.has(name));
}
