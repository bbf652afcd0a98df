// This leaves a database of our own without the table of what became of tags, so that changes write none. An SQLite file is
// made where there is none. The argument is the URL of the database.
import { parseDatabaseUrl } from "../../store/database-url.ts";
import { openDatabase } from "../../store/open-database.ts";

const [url = ""] = process.argv.slice(2);
const limits = { poolSize: 1, connectTimeout: 10_000, statementTimeout: 10_000 };
const { store, database } = await openDatabase({ location: parseDatabaseUrl(url), ...limits });
await database.change(function* drop() {
  yield { sql: "drop table imagetags_events", parameters: [] };
});
await store.close();
