import Database from "better-sqlite3";
import { existsSync } from "node:fs";
import { errorText } from "../../error-text.ts";
import { surveyTables, type Survey } from "../survey-tables.ts";
import { sqliteQueries } from "./dialect.ts";
import { readTables } from "./inspect.ts";
import { DatabaseFileError } from "./open.ts";
import { SqliteConnection } from "./session.ts";

/** See `surveyDatabase`. A file that is not there is one without tables. */
export function surveySqlite(path: string): Survey {
  const file = existsSync(path) ? path : ":memory:";
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { readonly: file === path });
    const version = String(database.prepare("select sqlite_version()").pluck().get());
    const tables = surveyTables("sqlite", sqliteQueries, readTables(database));
    return { product: "SQLite", version, ...new SqliteConnection(database).run(tables) };
  } catch (error) {
    throw new DatabaseFileError(`The database ${path} cannot be used: ${errorText(error)}`, { cause: error });
  } finally {
    database?.close();
  }
}
