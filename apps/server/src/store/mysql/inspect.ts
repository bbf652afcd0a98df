import type { DatabaseServer } from "../database-url.ts";
import { TAG_EVENTS_TABLE } from "../migrations/tag-events-table.ts";
import { withSession } from "../pooled/open-pooled.ts";
import { toTables } from "../sql/recognise-schema.ts";
import type { PoolLimits, Session } from "../pooled/session.ts";
import type { MysqlColumns } from "./dialect.ts";
import { MysqlPool, type MysqlServer } from "./pool.ts";

/** Asks over a connection of its own what the server is, since that decides how connections are set up. */
export async function askServer(
  server: DatabaseServer,
  limits: PoolLimits,
  mustBeFit = false,
): Promise<MysqlServer> {
  const pool = new MysqlPool(server, { ...limits, poolSize: 1 }, undefined, { mustBeFit });
  try {
    return await withSession(pool, async (session) => {
      const version = await askVersion(session);
      const [galera] = await rowsOf(session, "show variables like 'wsrep_on'");
      return {
        isMariaDb: version.includes("MariaDB"),
        isGalera: String(galera?.["Value"]).toUpperCase() === "ON",
      };
    });
  } finally {
    await pool.close();
  }
}

/** The version that the server tells, with its builder's additions, such as `10.11.6-MariaDB-0+deb12u1`. */
export async function askVersion(session: Session): Promise<string> {
  const [row] = await rowsOf(session, "select version() as version");
  return String(row?.["version"]);
}

/** Reads from a database's own catalog what its columns are like. */
export async function askColumns(
  session: Session,
): Promise<{ tables: Map<string, Set<string>>; columns: MysqlColumns }> {
  const rows = await rowsOf(
    session,
    // The names are written in lower case here: MySQL 8 names the columns of its catalog in capitals.
    `select table_name as \`table\`, column_name as \`column\`, character_set_name as charset,
       collation_name as collation, datetime_precision as fraction
     from information_schema.columns where table_schema = database()`,
  );
  const ours = rows.filter(({ table }) => TABLES.has(String(table)));
  const texts = ours.filter(({ collation }) => typeof collation === "string");
  return {
    tables: toTables(rows),
    columns: {
      tagIndex: await askTagIndex(session),
      texts: new Map(
        texts.map(({ table, column, charset, collation }) => [
          `${String(table)}.${String(column)}`,
          { charset: String(charset), collation: String(collation) },
        ]),
      ),
      wholeSeconds: ours.some(({ fraction }) => fraction !== null && Number(fraction) < 6),
    },
  };
}

/** The index whose text begins with the image's id and the tag's value; the shortest of several. */
async function askTagIndex(session: Session): Promise<string | undefined> {
  const [found] = await rowsOf(
    session,
    `select index_name as name from information_schema.statistics
     where table_schema = database() and table_name = 'image_tags' group by index_name
     having group_concat(column_name order by seq_in_index) regexp '^image_id,value(,|$)' order by count(*) limit 1`,
  );
  return found === undefined ? undefined : String(found["name"]);
}

const TABLES = new Set([
  "images",
  "image_tags",
  "image_properties",
  "image_members",
  "image_locations",
  TAG_EVENTS_TABLE,
]);

async function rowsOf(session: Session, sql: string): Promise<Record<string, unknown>[]> {
  const { rows } = await session.run({ sql, parameters: [] });
  return rows.map((row) => ({ ...(typeof row === "object" ? row : {}) }));
}
