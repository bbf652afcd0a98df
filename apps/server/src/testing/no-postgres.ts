import pg from "pg";
import { errorText } from "../error-text.ts";

/** Why no PostgreSQL answers at an address; `undefined` when one does. */
export async function whyNoPostgres(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: `${url}/postgres`, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.end();
    return undefined;
  } catch (error) {
    return `no PostgreSQL answers at the address of TEST_POSTGRES_URL or 127.0.0.1:5432 (${errorText(error)})`;
  }
}
