import { sql, type Kysely } from "kysely";
import { Migrator, type Migration } from "kysely/migration";
import type { FoundSchema } from "../sql/recognise-schema.ts";
import { glanceTables } from "./0001-glance-tables.ts";
import { liveTags } from "./0002-live-tags.ts";
import { tagEvents } from "./0003-tag-events.ts";
import { tagRules } from "./0004-tag-rules.ts";
import { outbox } from "./0005-outbox.ts";
import type { Ddl } from "./ddl.ts";

/** What became of a database: whose it was before, and how many migrations were done. */
export interface Migrated {
  readonly schema: FoundSchema;
  readonly migrations: number;
  /** Of a database of Glance's: which tables were made beside Glance's; `undefined` when none were to be. */
  readonly alongside?: readonly string[] | undefined;
}

/** Every migration of a database of our own, in order of name. A released one never changes. */
const MIGRATIONS: Readonly<Record<string, (ddl: Ddl) => Migration>> = {
  "0001-glance-tables": glanceTables,
  "0002-live-tags": liveTags,
  "0003-tag-events": tagEvents,
  "0004-tag-rules": tagRules,
  "0005-outbox": outbox,
};

/** The names of all migrations. An up-to-date database of ours has had them all. */
export const MIGRATION_NAMES: readonly string[] = Object.keys(MIGRATIONS);

/** The table that says which migrations a database of ours has had. */
export const MIGRATION_TABLE = "imagetags_migration";

/** The table whose row one process of a cluster holds while it migrates. See `mysql/migration-lease.ts`. */
export const MIGRATION_LEASE_TABLE = `${MIGRATION_TABLE}_lease`;

/** How a database of our own is migrated. */
export interface MigrateOptions {
  readonly schema: Exclude<FoundSchema, "glance">;
  /** Whether the caller holds a lock that keeps others from migrating. */
  readonly inTransaction?: boolean;
}

/**
 * Brings a database of our own up to date. Resolves with the number of migrations done. A lock of the database
 * server lets one process at a time migrate. One that a later version has brought further is left as it is.
 */
export async function migrate(
  db: Kysely<unknown>,
  ddl: Ddl,
  { schema, inTransaction = false }: MigrateOptions,
): Promise<number> {
  if (schema === "ours" && (await isLater(db))) return 0;
  const migrations = Object.fromEntries(Object.entries(MIGRATIONS).map(([name, up]) => [name, up(ddl)]));
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    disableTransactions: inTransaction,
    migrationTableName: MIGRATION_TABLE,
    migrationLockTableName: `${MIGRATION_TABLE}_lock`,
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  return results?.length ?? 0;
}

/** Whether a database has had migrations that this version does not know, besides all that it knows. */
async function isLater(db: Kysely<unknown>): Promise<boolean> {
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(MIGRATION_TABLE)}`.execute(db);
  const done = new Set(rows.map(({ name }) => name));
  const later = [...done].filter((name) => !MIGRATION_NAMES.includes(name));
  if (later.length === 0) return false;
  const missing = MIGRATION_NAMES.filter((name) => !done.has(name));
  if (missing.length === 0) return true;
  throw new Error(
    `it was brought to ${later.join(", ")} by another version, and lacks ${missing.join(", ")}`,
  );
}
