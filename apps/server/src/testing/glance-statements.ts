import mysql, { type ResultSetHeader, type RowDataPacket } from "mysql2/promise";
import pg from "pg";

/** A connection such as Glance has, and what Glance 25.1 writes to tags over it, statement by statement. */
export interface GlanceStatements extends AsyncDisposable {
  /** Runs any statement; `?` stands for each value. */
  query(sql: string, ...values: readonly (string | number)[]): Promise<readonly Record<string, unknown>[]>;
  /** The live tags, as `image_tag_get_all` reads them, sorted. */
  liveTags(imageId: string): Promise<string[]>;
  /** What every save of an image ends with; `between` happens after the live tags were read. */
  tagSetAll(imageId: string, tags: readonly string[], between?: () => Promise<unknown>): Promise<void>;
  tagCreate(imageId: string, tag: string): Promise<void>;
  /** Rejects as Glance answers where not exactly one live row is the tag: 404 or 500. */
  tagDelete(imageId: string, tag: string): Promise<void>;
  /** The deletion of an image, with the update that comes before it. */
  imageDestroy(imageId: string): Promise<void>;
}

/** Connects to a database by its URL. */
export async function glanceStatements(url: string): Promise<GlanceStatements> {
  const { run, end } = await (url.startsWith("postgres") ? overPostgres(url) : overMysql(url));
  const no = url.startsWith("postgres") ? "false" : "0";
  const yes = url.startsWith("postgres") ? "true" : "1";
  const now = () => new Date().toISOString().replace("T", " ").slice(0, 19);

  const liveTags = async (imageId: string) => {
    const rows = await run(`SELECT value FROM image_tags WHERE image_id = ? AND deleted = ${no}`, [imageId]);
    return rows.map(({ value }) => String(value)).toSorted();
  };
  const tagCreate = async (imageId: string, tag: string) => {
    await run(
      `INSERT INTO image_tags (created_at, updated_at, deleted_at, deleted, image_id, value)
       VALUES (?, ?, NULL, ${no}, ?, ?)`,
      [now(), now(), imageId, tag],
    );
  };
  const tagDelete = async (imageId: string, tag: string) => {
    const rows = await run(`SELECT id FROM image_tags WHERE image_id = ? AND value = ? AND deleted = ${no}`, [
      imageId,
      tag,
    ]);
    const [{ id } = {}, ...others] = rows;
    if (id === undefined) throw new Error("NotFound");
    if (others.length > 0) throw new Error("MultipleResultsFound");
    await run(`UPDATE image_tags SET updated_at = ?, deleted_at = ?, deleted = ${yes} WHERE id = ?`, [
      now(),
      now(),
      Number(id),
    ]);
  };
  return {
    query: (sql, ...values) => run(sql, values),
    liveTags,
    tagCreate,
    tagDelete,
    async tagSetAll(imageId, tags, between) {
      const existing = await liveTags(imageId);
      await between?.();
      for (const tag of new Set(tags)) if (!existing.includes(tag)) await tagCreate(imageId, tag);
      for (const tag of existing) if (!tags.includes(tag)) await tagDelete(imageId, tag);
    },
    async imageDestroy(imageId) {
      await run("UPDATE images SET updated_at = ?, status = 'deleted' WHERE id = ?", [now(), imageId]);
      await run("BEGIN", []);
      const gone = `updated_at = ?, deleted_at = ?, deleted = ${yes}`;
      await run(`UPDATE images SET ${gone} WHERE id = ?`, [now(), now(), imageId]);
      await run(`UPDATE image_tags SET ${gone} WHERE image_id = ? AND deleted = ${no}`, [
        now(),
        now(),
        imageId,
      ]);
      await run("COMMIT", []);
    },
    [Symbol.asyncDispose]: end,
  };
}

type Run = (sql: string, values: readonly (string | number)[]) => Promise<Record<string, unknown>[]>;

async function overMysql(url: string): Promise<{ run: Run; end: () => Promise<void> }> {
  const connection = await mysql.createConnection(url);
  return {
    run: async (sql, values) => {
      const [rows] = await connection.query<RowDataPacket[] | ResultSetHeader>(sql, [...values]);
      return Array.isArray(rows) ? rows : [];
    },
    end: () => connection.end(),
  };
}

async function overPostgres(url: string): Promise<{ run: Run; end: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    run: async (sql, values) => {
      let place = 0;
      const text = sql.replaceAll("?", () => `$${(place += 1)}`);
      return (await client.query<Record<string, unknown>>(text, [...values])).rows;
    },
    end: () => client.end(),
  };
}
