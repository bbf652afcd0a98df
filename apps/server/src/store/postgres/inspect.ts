import { fieldOf, toTables } from "../sql/recognise-schema.ts";
import type { Session } from "../pooled/session.ts";

/** The columns of a database by their tables. */
export async function askTables(session: Session): Promise<Map<string, Set<string>>> {
  const sql = `select table_name as "table", column_name as "column"
    from information_schema.columns where table_schema = current_schema()`;
  return toTables((await session.run({ sql, parameters: [] })).rows);
}

/** The version that the server tells, with its builder's additions, such as `15.14 (Debian 15.14-0+deb12u1)`. */
export async function askVersion(session: Session): Promise<string> {
  const { rows } = await session.run({
    sql: "select current_setting('server_version') as version",
    parameters: [],
  });
  return String(fieldOf(rows[0], "version"));
}

/** The encoding of a database, by its name. */
export async function askEncoding(session: Session): Promise<string> {
  const { rows } = await session.run({ sql: "select getdatabaseencoding() as encoding", parameters: [] });
  return String(fieldOf(rows[0], "encoding"));
}

/** Whether commits are to wait for standbys. */
export async function asksForStandbys(session: Session): Promise<boolean> {
  const sql = "select current_setting('synchronous_standby_names') <> '' as asks";
  return fieldOf((await session.run({ sql, parameters: [] })).rows[0], "asks") === true;
}
