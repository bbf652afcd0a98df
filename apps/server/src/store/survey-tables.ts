import type { Kysely } from "kysely";
import type { DatabaseLocation } from "./database-url.ts";
import { findGuard, type GuardState } from "./guard/guard-state.ts";
import { missingAlongside } from "./migrations/alongside.ts";
import { MIGRATION_TABLE } from "./migrations/index.ts";
import { compareMigrations } from "./migrations/missing-migrations.ts";
import { recogniseSchema, type FoundSchema } from "./sql/recognise-schema.ts";
import type { Schema } from "./sql/schema.ts";
import type { Steps } from "./sql/statement.ts";

/** What runs a database, and the version that it tells of itself. */
export interface DatabaseProduct {
  readonly product: "SQLite" | "MariaDB" | "MySQL" | "PostgreSQL";
  readonly version: string;
}

/** What of its tables concerns this version. */
export interface TablesFound {
  readonly schema: FoundSchema;
  /** Of our own tables: the migrations that they lack, and those of a later version that they have had. */
  readonly missing: readonly string[];
  readonly later: readonly string[];
  /** Of Glance's: the tables of ours that do not stand beside them. */
  readonly missingAlongside: readonly string[];
  /** Of Glance's on a database server: whether Glance is kept from undoing changes of tags. */
  readonly guard: GuardState | undefined;
}

/** A database as it is found, whatever state it is in. */
export type Survey = DatabaseProduct & TablesFound;

/** Reads what of the tables concerns this version. */
export function* surveyTables(
  kind: DatabaseLocation["kind"],
  queries: Kysely<Schema>,
  tables: ReadonlyMap<string, ReadonlySet<string>>,
): Steps<TablesFound> {
  const schema = recogniseSchema(tables, MIGRATION_TABLE);
  const none = { missing: [], later: [], missingAlongside: [], guard: undefined };
  if (schema === "ours") return { schema, ...none, ...(yield* compareMigrations()) };
  if (schema === "new") return { schema, ...none };
  const guard = kind === "sqlite" ? undefined : (yield* findGuard(queries, kind)).state;
  return { schema, ...none, missingAlongside: missingAlongside(tables), guard };
}
