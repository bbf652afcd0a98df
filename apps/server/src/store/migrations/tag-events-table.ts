import type { Kysely } from "kysely";
import type { Ddl } from "./ddl.ts";

/** The table of what became of tags, which stands beside Glance's own. */
export const TAG_EVENTS_TABLE = "imagetags_events";

/**
 * Makes that table. Its rows are found by their time, of an image and of a tag, and refer to no row of another table: an
 * event outlives its image.
 */
export async function makeTagEventsTable(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  const { varchar } = ddl;
  const table = db.schema.createTable(TAG_EVENTS_TABLE).ifNotExists();
  await ddl
    .table(ddl.clustered(table))
    .addColumn("id", ddl.uuid, (column) => column.notNull().primaryKey())
    .addColumn("image_id", varchar(36), (column) => column.notNull())
    .addColumn("tag", varchar(255), (column) => column.notNull())
    .addColumn("added", "boolean", (column) => column.notNull())
    .addColumn("owner", varchar(255))
    .addColumn("user_id", varchar(255))
    .addColumn("project_id", varchar(255))
    // A JSON list: a name may have any characters.
    .addColumn("roles", "text")
    .addColumn("request_id", varchar(64))
    .addColumn("application_credential_id", varchar(64))
    .addColumn("trust_id", varchar(64))
    .execute();
  for (const column of ["image_id", "tag"]) {
    await ddl.index(db, {
      table: TAG_EVENTS_TABLE,
      name: `imagetags_events_by_${column.replace("_id", "")}`,
      columns: [column, "id"],
    });
  }
}
