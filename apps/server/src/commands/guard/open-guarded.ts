import { ConfigError } from "../../config/config.ts";
import { describeServer } from "../../store/database-url.ts";
import type { GuardedKind } from "../../store/guard/guard-triggers.ts";
import { openDatabase, type DatabaseSettings } from "../../store/open-database.ts";
import type { SqlDatabase } from "../../store/sql/sql-database.ts";

/** The longest that a look at every tag, or a wait for Glance's writers, may take, in milliseconds. */
const STATEMENT_TIMEOUT = 60_000;

/** A database of Glance's that the guard is for. */
export interface Guarded extends AsyncDisposable {
  readonly database: SqlDatabase;
  readonly kind: GuardedKind;
  /** The database for a person to read. */
  readonly name: string;
}

/** Opens the database. Throws a {@link ConfigError} where a guard would make no sense, and says why. */
export async function openGuarded(settings: DatabaseSettings): Promise<Guarded> {
  const { location } = settings;
  if (location.kind === "sqlite") {
    throw new ConfigError(
      "The guard is for Glance's tables on MariaDB, MySQL or PostgreSQL: a trigger of SQLite cannot change what is " +
        "written, and no Glance in production is on SQLite.",
    );
  }
  const { database, schema, store } = await openDatabase({
    ...settings,
    statementTimeout: STATEMENT_TIMEOUT,
    probeTimeout: undefined,
  });
  if (schema !== "glance") {
    await store.close();
    throw new ConfigError(
      `The database ${describeServer(location)} was made by this server, and no Glance writes to it: it needs no guard.`,
    );
  }
  return {
    database,
    kind: location.kind,
    name: describeServer(location),
    [Symbol.asyncDispose]: () => store.close(),
  };
}
