import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  isHistory,
  RULES_TABLE,
  RULES_VERSION_TABLE,
  type Row,
} from "@imagetags/testing/databases/table-dump";
import pg from "pg";
import { parseDatabaseUrl } from "../store/database-url.ts";
import { migrateDatabase } from "../store/migrate-database.ts";
import type { DatabaseKind, EmptyDatabase, MissingKind, ServerDatabase } from "./database-kind.ts";
import { whyNoPostgres } from "./no-postgres.ts";
import { ServerDatabases, TABLES, toColumns } from "./server-databases.ts";

/** A server on which databases may be made and dropped. `global-setup.ts` starts one where there is none. */
export const POSTGRES_URL = process.env["TEST_POSTGRES_URL"] ?? "postgres://postgres@127.0.0.1:5432";

const GLANCE_TABLES = fileURLToPath(new URL("data/glance-25.1.0.postgres.sql", import.meta.url));

/** Databases with the tables that Glance makes on PostgreSQL. */
export const glancePostgres = new ServerDatabases(makeGlances, makeEmpty);

/** What a new PostgreSQL database can. */
export async function postgresKinds(
  any: Omit<DatabaseKind, "name" | "hasGlancesImages" | "open">,
): Promise<(DatabaseKind | MissingKind)[]> {
  const name = "a new PostgreSQL database";
  const missing = await whyNoPostgres(POSTGRES_URL);
  if (missing !== undefined) return [{ name, missing }];
  const made = new ServerDatabases(makePostgres, makeEmpty);
  return [
    {
      ...any,
      name,
      hasGlancesImages: false,
      holdsZero: false,
      isServer: true,
      ...made.kind,
    },
  ];
}

async function makeEmpty(name: string): Promise<EmptyDatabase> {
  await command(`CREATE DATABASE ${name}`);
  return { url: `${POSTGRES_URL}/${name}`, drop: () => command(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/** A new database with our tables. */
async function makePostgres(name: string): Promise<ServerDatabase> {
  const url = await makeDatabase(name);
  const location = parseDatabaseUrl(url);
  await migrateDatabase({ location, poolSize: 2, connectTimeout: 10_000, statementTimeout: 10_000 });
  return await connect(url);
}

/** A database with Glance's tables, empty. */
async function makeGlances(name: string): Promise<ServerDatabase> {
  const url = await makeDatabase(name);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(readFileSync(GLANCE_TABLES, "utf8"));
  await client.end();
  return await connect(url);
}

/** What the tests commit need not survive the machine. */
async function makeDatabase(name: string): Promise<string> {
  await command(`CREATE DATABASE ${name}`, `ALTER DATABASE ${name} SET synchronous_commit = off`);
  return `${POSTGRES_URL}/${name}`;
}

async function connect(url: string): Promise<ServerDatabase> {
  // A test reads what is there, so times and numbers stay as they come.
  const client = new pg.Client({ connectionString: url, types: { getTypeParser } });
  client.on("error", () => undefined);
  await client.connect();
  return {
    url,
    async rows() {
      const all = new Map<string, Row[]>();
      for (const table of TABLES)
        all.set(table, (await client.query<Row>(`SELECT * FROM ${table} ORDER BY id`)).rows);
      return all;
    },
    async insert(table, rows) {
      const { columns, values } = toColumns(rows);
      const tuple = `(${columns.map((column) => slot(column)).join(", ")})`;
      const from = columns.map((_, index) => `$${index + 1}::text[]`).join(", ");
      await client.query(
        `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${tuple.slice(1, -1)} FROM unnest(${from}) AS t (${columns.join(", ")})`,
        columns.map((_, index) => values.map((row) => row[index])),
      );
    },
    async lockImage(imageId) {
      const other = new pg.Client({ connectionString: url });
      await other.connect();
      await other.query("BEGIN");
      await other.query("SELECT id FROM images WHERE id = $1 FOR UPDATE", [imageId]);
      return () => other.end();
    },
    async endOthers() {
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid != pg_backend_pid()`,
      );
    },
    analyze: async () => void (await client.query("ANALYZE")),
    async reset() {
      const { rows } = await client.query<{ name: string }>(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()",
      );
      const ours = rows.map(({ name }) => name).filter((name) => isHistory(name) || name === RULES_TABLE);
      await client.query([...ours, ...TABLES.toReversed()].map((table) => `DELETE FROM ${table}`).join(";"));
      // A store that is open still knows the rules that were there.
      if (ours.includes(RULES_TABLE))
        await client.query(`UPDATE ${RULES_VERSION_TABLE} SET version = gen_random_uuid()::text`);
    },
  };
}

const FLAGS = new Set(["deleted", "protected", "os_hidden", "can_share"]);
const TIMES = new Set(["created_at", "updated_at", "deleted_at"]);
const NUMBERS = new Set(["size", "virtual_size", "min_disk", "min_ram"]);

/** A column of text as the column of the same name has it. */
function slot(column: string): string {
  if (FLAGS.has(column)) return `${column} = '1'`;
  if (TIMES.has(column)) return `${column}::timestamp`;
  return NUMBERS.has(column) ? `${column}::bigint` : column;
}

function getTypeParser(oid: number) {
  if (oid === 16) return (text: string) => (text === "t" ? 1 : 0);
  return oid === 20 || oid === 23 ? Number : (text: string) => text;
}

async function command(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: `${POSTGRES_URL}/postgres` });
  await client.connect();
  for (const sql of statements) await client.query(sql);
  await client.end();
}

/** Drops the databases whose names begin so, whoever is still connected to them. */
export async function dropPostgresDatabases(prefix: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${POSTGRES_URL}/postgres` });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    "SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)",
    [prefix],
  );
  for (const { name } of rows) await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await client.end();
}
