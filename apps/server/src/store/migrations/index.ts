import type { Migration } from "kysely/migration";
import { glanceTables } from "./0001-glance-tables.ts";
import { liveTags } from "./0002-live-tags.ts";

/** Every migration of a database of our own, in order of name. One that was released never changes. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001-glance-tables": glanceTables,
  "0002-live-tags": liveTags,
};

/** The table that says which migrations a database of ours has had. */
export const MIGRATION_TABLE = "imagetags_migration";
