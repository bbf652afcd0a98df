import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Ddl } from "./ddl.ts";
import { makeTagEventsTable } from "./tag-events-table.ts";

/** What becomes of tags, and by whom. */
export const tagEvents = (ddl: Ddl): Migration => ({
  up: (db: Kysely<unknown>) => makeTagEventsTable(db, ddl),
});
