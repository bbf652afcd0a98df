import type { Kysely } from "kysely";
import type { Ddl } from "./ddl.ts";

/** The table of what is still to be sent: one row for each event and destination. */
export const OUTBOX_TABLE = "imagetags_outbox";
/** The table of what will not be sent any more unless somebody asks for it. */
const GIVEN_UP_TABLE = "imagetags_given_up";
/** The table of what one process of several does, and until when. */
const LEASES_TABLE = "imagetags_leases";

/** Makes those tables, which stand beside Glance's own. Times are milliseconds since 1970, by the database's clock. */
export const OUTBOX_TABLES: Readonly<Record<string, (db: Kysely<unknown>, ddl: Ddl) => Promise<void>>> = {
  [OUTBOX_TABLE]: (db, ddl) =>
    ofEvent(db, ddl, OUTBOX_TABLE)
      // Not before this time; `null`: at once.
      .addColumn("due_at", "bigint")
      .execute(),
  [GIVEN_UP_TABLE]: (db, ddl) =>
    ofEvent(db, ddl, GIVEN_UP_TABLE)
      .addColumn("given_up_at", "bigint", (column) => column.notNull())
      .execute(),
  [LEASES_TABLE]: (db, ddl) =>
    ddl
      .table(db.schema.createTable(LEASES_TABLE).ifNotExists())
      .addColumn("name", ddl.varchar(64), (column) => column.notNull().primaryKey())
      .addColumn("holder", ddl.varchar(64), (column) => column.notNull())
      .addColumn("ends_at", "bigint", (column) => column.notNull())
      .execute(),
};

/** A table by destination and event, with how often it was tried in vain, and why that failed the last time. */
function ofEvent(db: Kysely<unknown>, ddl: Ddl, name: string) {
  return ddl
    .table(ddl.clustered(db.schema.createTable(name).ifNotExists()))
    .addColumn("destination", ddl.varchar(64), (column) => column.notNull())
    .addColumn("event_id", ddl.uuid, (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("error", ddl.varchar(255))
    .addPrimaryKeyConstraint(`${name}_pkey`, ["destination", "event_id"]);
}
