import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  isHistory,
  RULES_TABLE,
  RULES_VERSION_TABLE,
  type Row,
} from "@imagetags/testing/databases/table-dump";
import mysql, { type RowDataPacket } from "mysql2/promise";
import { errorText } from "../error-text.ts";
import { parseDatabaseUrl } from "../store/database-url.ts";
import { migrateDatabase } from "../store/migrate-database.ts";
import type { DatabaseKind, EmptyDatabase, MissingKind, ServerDatabase } from "./database-kind.ts";
import { ServerDatabases, TABLES, toColumns } from "./server-databases.ts";

/** The servers on which databases may be made and dropped. MySQL's tests run where one is named. */
const MARIADB_URL = process.env["TEST_MARIADB_URL"] ?? "mysql://root@127.0.0.1:3306";
const MYSQL_URL = process.env["TEST_MYSQL_URL"];

const GLANCE_DUMP = fileURLToPath(new URL("data/glance-25.1.0.mariadb.sql", import.meta.url));

type Common = Omit<DatabaseKind, "name" | "hasGlancesImages" | "open">;

/** Databases as Glance made and filled them on MariaDB. */
export const glanceMariadb = glancesOn(MARIADB_URL);

/** What every MariaDB database can, and those that Glance made there: see `data/`. */
export async function mariadbKinds(any: Common): Promise<(DatabaseKind | MissingKind)[]> {
  const missing = await whyNoMariadb();
  if (missing === undefined) return kindsOf("MariaDB", MARIADB_URL, glanceMariadb, any);
  return ["a new MariaDB database", "Glance's MariaDB database"].map((name) => ({ name, missing }));
}

/** Why there is no MariaDB to test on, if so. */
export async function whyNoMariadb(): Promise<string | undefined> {
  const why = await whyMissing(MARIADB_URL);
  if (why === undefined) return undefined;
  return `no MariaDB answers at the address of TEST_MARIADB_URL or 127.0.0.1:3306 (${why})`;
}

/** The same of MySQL, or of any server that is to pass for it, at `TEST_MYSQL_URL`; none without. */
export async function mysqlKinds(any: Common): Promise<(DatabaseKind | MissingKind)[]> {
  if (MYSQL_URL === undefined) return [];
  const missing = await whyMissing(MYSQL_URL);
  if (missing === undefined) return kindsOf("MySQL", MYSQL_URL, glancesOn(MYSQL_URL), any);
  return [{ name: "a new MySQL database", missing: `nothing answers at TEST_MYSQL_URL (${missing})` }];
}

function glancesOn(server: string): ServerDatabases {
  return new ServerDatabases(
    (database) => makeGlances(server, database),
    (database) => makeEmpty(server, database),
  );
}

function kindsOf(name: string, server: string, found: ServerDatabases, any: Common): DatabaseKind[] {
  const made = new ServerDatabases(
    (database) => makeOurs(server, database),
    (database) => makeEmpty(server, database),
  );
  return [
    { ...any, isServer: true, name: `a new ${name} database`, hasGlancesImages: false, ...made.kind },
    {
      ...any,
      isServer: true,
      name: `Glance's ${name} database`,
      hasGlancesImages: true,
      folds: true,
      holdsWide: false,
      wholeSeconds: true,
      ...found.kind,
    },
  ];
}

async function makeEmpty(server: string, name: string): Promise<EmptyDatabase> {
  await command(server, `CREATE DATABASE ${name}`);
  return { url: `${server}/${name}`, drop: () => command(server, `DROP DATABASE ${name}`) };
}

/** A new database with our tables. */
async function makeOurs(server: string, name: string): Promise<ServerDatabase> {
  const { url } = await makeEmpty(server, name);
  const location = parseDatabaseUrl(url);
  await migrateDatabase({ location, poolSize: 2, connectTimeout: 10_000, statementTimeout: 10_000 });
  return await connect(server, name, undefined);
}

/** A database as Glance left it. */
async function makeGlances(server: string, name: string): Promise<ServerDatabase> {
  await command(server, `CREATE DATABASE ${name} CHARACTER SET utf8mb3`);
  const connection = await mysql.createConnection({
    uri: `${server}/${name}`,
    multipleStatements: true,
  });
  // The first line is for the command-line client only.
  await connection.query(readFileSync(GLANCE_DUMP, "utf8").replace(/^\/\*M!999999[^\n]*\n/, ""));
  await connection.end();
  return await connect(server, name, GLANCE_DUMP);
}

async function connect(server: string, name: string, dump: string | undefined): Promise<ServerDatabase> {
  const connection = await mysql.createConnection({
    uri: `${server}/${name}`,
    charset: "UTF8MB4_GENERAL_CI",
    dateStrings: true,
    multipleStatements: true,
  });
  const [found] = await connection.query<RowDataPacket[]>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = database()",
  );
  const names = found.map((row) => String(row["name"])).toSorted();
  const tables = names.filter((table) => !isHistory(table));
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
    url: `${server}/${name}`,
    rows,
    insert,
    async lockImage(imageId) {
      const other = await mysql.createConnection(`${server}/${name}`);
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
        [...names.filter((table) => isHistory(table) || table === RULES_TABLE), ...TABLES.toReversed()]
          .map((table) => `DELETE FROM ${table}`)
          .join(";"),
      );
      // A store that is open still knows the rules that were there.
      if (names.includes(RULES_VERSION_TABLE))
        await connection.query(`UPDATE ${RULES_VERSION_TABLE} SET version = uuid()`);
      for (const table of first === undefined ? [] : TABLES) await insert(table, first?.get(table) ?? []);
    },
  };
}

/** A row without the computed columns that are ours alone. */
function plainRow(row: RowDataPacket): Row {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !column.startsWith("imagetags_")));
}

async function command(server: string, sql: string): Promise<void> {
  const connection = await mysql.createConnection(server);
  await connection.query(sql);
  await connection.end();
}

async function whyMissing(server: string): Promise<string | undefined> {
  try {
    const connection = await mysql.createConnection({ uri: server, connectTimeout: 2_000 });
    await connection.end();
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

/** Drops the databases whose names begin so, whoever is still connected to them. */
export async function dropMysqlDatabases(prefix: string): Promise<void> {
  for (const server of [MARIADB_URL, ...(MYSQL_URL === undefined ? [] : [MYSQL_URL])]) {
    if ((await whyMissing(server)) === undefined) await dropOn(server, prefix);
  }
}

async function dropOn(server: string, prefix: string): Promise<void> {
  const connection = await mysql.createConnection(server);
  const [found] = await connection.query<RowDataPacket[]>(
    "SELECT schema_name AS name FROM information_schema.schemata WHERE left(schema_name, ?) = ?",
    [prefix.length, prefix],
  );
  for (const { name } of found) await connection.query(`DROP DATABASE ${String(name)}`);
  await connection.end();
}
