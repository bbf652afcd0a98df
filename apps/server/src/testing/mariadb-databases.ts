import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { EVENTS_TABLE, type Row } from "@imagetags/testing/databases/table-dump";
import mysql, { type RowDataPacket } from "mysql2/promise";
import { errorText } from "../error-text.ts";
import { parseDatabaseUrl } from "../store/database-url.ts";
import { migrateDatabase } from "../store/migrate-database.ts";
import type { DatabaseKind, EmptyDatabase, MissingKind, ServerDatabase } from "./database-kind.ts";
import { ServerDatabases, TABLES, toColumns } from "./server-databases.ts";

/** A server on which databases may be made and dropped. */
const MARIADB_URL = process.env["TEST_MARIADB_URL"] ?? "mysql://root@127.0.0.1:3306";

const GLANCE_DUMP = fileURLToPath(new URL("data/glance-25.1.0.mariadb.sql", import.meta.url));

/** Databases as Glance made and filled them on MariaDB. */
export const glanceMariadb = new ServerDatabases(makeGlances, makeEmpty);

/** What every MariaDB database can, and those that Glance made there: see `data/`. */
export async function mariadbKinds(
  any: Omit<DatabaseKind, "name" | "hasGlancesImages" | "open">,
): Promise<(DatabaseKind | MissingKind)[]> {
  const missing = await whyNoMariadb();
  const ours = "a new MariaDB database";
  const glances = "Glance's MariaDB database";
  if (missing !== undefined) return [ours, glances].map((name) => ({ name, missing }));
  const made = new ServerDatabases(makeOurs, makeEmpty);
  const found = glanceMariadb;
  return [
    { ...any, isServer: true, name: ours, hasGlancesImages: false, ...made.kind },
    {
      ...any,
      isServer: true,
      name: glances,
      hasGlancesImages: true,
      folds: true,
      holdsWide: false,
      wholeSeconds: true,
      ...found.kind,
    },
  ];
}

async function makeEmpty(name: string): Promise<EmptyDatabase> {
  await command(`CREATE DATABASE ${name}`);
  return { url: `${MARIADB_URL}/${name}`, drop: () => command(`DROP DATABASE ${name}`) };
}

/** A new database with our tables. */
async function makeOurs(name: string): Promise<ServerDatabase> {
  const { url } = await makeEmpty(name);
  const location = parseDatabaseUrl(url);
  await migrateDatabase({ location, poolSize: 2, connectTimeout: 10_000, statementTimeout: 10_000 });
  return await connect(name, undefined);
}

/** A database as Glance left it. */
async function makeGlances(name: string): Promise<ServerDatabase> {
  await command(`CREATE DATABASE ${name} CHARACTER SET utf8mb3`);
  const connection = await mysql.createConnection({
    uri: `${MARIADB_URL}/${name}`,
    multipleStatements: true,
  });
  // The first line is for the command-line client only.
  await connection.query(readFileSync(GLANCE_DUMP, "utf8").replace(/^\/\*M!999999[^\n]*\n/, ""));
  await connection.end();
  return await connect(name, GLANCE_DUMP);
}

async function connect(name: string, dump: string | undefined): Promise<ServerDatabase> {
  const connection = await mysql.createConnection({
    uri: `${MARIADB_URL}/${name}`,
    charset: "UTF8MB4_GENERAL_CI",
    dateStrings: true,
    multipleStatements: true,
  });
  const [found] = await connection.query<RowDataPacket[]>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = database()",
  );
  const names = found.map((row) => String(row["name"])).toSorted();
  const tables = names.filter((table) => table !== EVENTS_TABLE);
  const rows = async () => {
    const all = new Map<string, Row[]>();
    const [results] = await connection.query<RowDataPacket[][]>(
      tables.map((table) => `SELECT * FROM ${table}`).join(";"),
    );
    for (const [index, table] of tables.entries()) all.set(table, (results[index] ?? []).map(plainRow));
    return all;
  };
  const insert = async (table: string, added: readonly Row[]) => {
    const { columns, values } = toColumns(added);
    if (values.length === 0) return;
    await connection.query(`INSERT INTO ${table} (${columns.join(", ")}) VALUES ?`, [values]);
  };
  const first = dump === undefined ? undefined : await rows();
  return {
    url: `${MARIADB_URL}/${name}`,
    rows,
    insert,
    async lockImage(imageId) {
      const other = await mysql.createConnection(`${MARIADB_URL}/${name}`);
      await other.beginTransaction();
      await other.query("SELECT id FROM images WHERE id = ? FOR UPDATE", [imageId]);
      return async () => {
        await other.rollback();
        await other.end();
      };
    },
    async endOthers() {
      const [others] = await connection.query<RowDataPacket[]>(
        "SELECT id FROM information_schema.processlist WHERE db = database() AND id != connection_id()",
      );
      for (const { id } of others) await connection.query(`KILL CONNECTION ${Number(id)}`);
    },
    analyze: async () => void (await connection.query(`ANALYZE TABLE ${TABLES.join(", ")}`)),
    async reset() {
      await connection.query(
        [...names.filter((table) => table === EVENTS_TABLE), ...TABLES.toReversed()]
          .map((table) => `DELETE FROM ${table}`)
          .join(";"),
      );
      for (const table of first === undefined ? [] : TABLES) await insert(table, first?.get(table) ?? []);
    },
  };
}

/** A row without the computed columns that are ours alone. */
function plainRow(row: RowDataPacket): Row {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !column.startsWith("imagetags_")));
}

async function command(sql: string): Promise<void> {
  const connection = await mysql.createConnection(MARIADB_URL);
  await connection.query(sql);
  await connection.end();
}

/** Why there is no MariaDB to test on, if so. */
export async function whyNoMariadb(): Promise<string | undefined> {
  try {
    const connection = await mysql.createConnection({ uri: MARIADB_URL, connectTimeout: 2_000 });
    await connection.end();
    return undefined;
  } catch (error) {
    return `no MariaDB answers at the address of TEST_MARIADB_URL or 127.0.0.1:3306 (${errorText(error)})`;
  }
}

/** Drops the databases whose names begin so, whoever is still connected to them. */
export async function dropMariadbDatabases(prefix: string): Promise<void> {
  if ((await whyNoMariadb()) !== undefined) return;
  const connection = await mysql.createConnection(MARIADB_URL);
  const [found] = await connection.query<RowDataPacket[]>(
    "SELECT schema_name AS name FROM information_schema.schemata WHERE left(schema_name, ?) = ?",
    [prefix.length, prefix],
  );
  for (const { name } of found) await connection.query(`DROP DATABASE ${String(name)}`);
  await connection.end();
}
