import { randomUUID } from "node:crypto";
import { sql, type Kysely } from "kysely";
import type { Ddl } from "./ddl.ts";

/** The table of the rules about tags, which stands beside Glance's own. */
export const TAG_RULES_TABLE = "imagetags_rules";

/** The table whose one row is another after each change of the rules. */
export const TAG_RULES_VERSION_TABLE = "imagetags_rules_version";

/**
 * Makes the table of the rules. A rule of no project is the cloud's. What a rule forbids is a text with spaces between its
 * words.
 */
export async function makeTagRulesTable(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  const { varchar } = ddl;
  await ddl
    .table(db.schema.createTable(TAG_RULES_TABLE).ifNotExists())
    .addColumn("id", ddl.uuid, (column) => column.notNull().primaryKey())
    .addColumn("project_id", varchar(255))
    .addColumn("pattern", varchar(255), (column) => column.notNull())
    .addColumn("forbid", varchar(64), (column) => column.notNull())
    .addColumn("unless_role", varchar(255))
    .addColumn("user_id", varchar(255))
    .execute();
  await ddl.index(db, {
    table: TAG_RULES_TABLE,
    name: "imagetags_rules_by_project",
    columns: ["project_id"],
  });
}

/** Makes the other table with its row, which must be there before a rule can be made. */
export async function makeTagRulesVersionTable(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  await ddl
    .table(db.schema.createTable(TAG_RULES_VERSION_TABLE).ifNotExists())
    .addColumn("id", "integer", (column) => column.notNull().primaryKey())
    .addColumn("version", ddl.varchar(36), (column) => column.notNull())
    .execute();
  const table = sql.table(TAG_RULES_VERSION_TABLE);
  const { rows } = await sql`select id from ${table}`.execute(db);
  if (rows.length === 0)
    await sql`insert into ${table} (id, version) values (1, ${randomUUID()})`.execute(db);
}
