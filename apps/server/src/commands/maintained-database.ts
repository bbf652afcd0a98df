import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { ConfigError } from "../config/config.ts";
import type { DatabaseLocation } from "../store/database-url.ts";
import { openDatabase, type DatabaseSettings, type OpenedDatabase } from "../store/open-database.ts";

/**
 * The time that a statement may take, in milliseconds: an hour. A look at every row of a table, or an index of
 * them, takes longer than a request may.
 */
const STATEMENT_TIMEOUT = 3_600_000;

/** Opens a database for work on whole tables. Throws a {@link ConfigError} where there is none. */
export async function openMaintained(settings: DatabaseSettings): Promise<OpenedDatabase> {
  requireFile(settings.location);
  // Such work may keep a whole cluster from answering probes.
  const limits = { statementTimeout: STATEMENT_TIMEOUT, probeTimeout: undefined };
  return await openDatabase({ ...settings, ...limits });
}

/** Throws a {@link ConfigError} where an SQLite file is not there: opening it would make one. */
export function requireFile(location: DatabaseLocation): void {
  if (location.kind === "sqlite" && !existsSync(location.path)) {
    throw new ConfigError(`There is no database at ${resolve(location.path)}.`);
  }
}
