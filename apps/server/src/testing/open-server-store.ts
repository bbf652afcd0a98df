import { parseDatabaseUrl } from "../store/database-url.ts";
import { openDatabase } from "../store/open-database.ts";
import type { PoolLimits } from "../store/pooled/session.ts";
import type { DatabaseKind } from "./database-kind.ts";

/** Opens a store with limits of its own on a server's database. The database is given back with it. */
export async function openServerStore(kind: DatabaseKind, limits: PoolLimits) {
  const database = await kind.take();
  const { store, database: base } = await openDatabase({
    location: parseDatabaseUrl(database.url),
    ...limits,
  });
  return {
    database,
    store,
    /** The database below the store. */
    base,
    async [Symbol.asyncDispose]() {
      await store.close();
      await database.giveBack();
    },
  };
}
