import {
  sql,
  type ColumnDataType,
  type ColumnDefinitionBuilder,
  type CreateTableBuilder,
  type Expression,
  type Kysely,
} from "kysely";

type ColumnType = ColumnDataType | Expression<unknown>;

/** An index to be made. */
export interface IndexToMake {
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique?: boolean;
  /** Whether it has only rows that are not deleted. */
  readonly ofLive?: boolean;
}

/** How databases differ in making tables. A table that is there already is left as it is. */
export interface Ddl {
  /** Whether what a migration made is gone when it breaks off. */
  readonly isTransactional: boolean;
  /** Text of up to so many characters, compared and ordered by their code points. */
  readonly varchar: (length: number) => ColumnType;
  /** A time to the microsecond. */
  readonly time: ColumnType;
  /** A UUID: text or 16 bytes, in the order of its digits. */
  readonly uuid: ColumnType;
  /** A whole number that counts up by itself. */
  counted(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
  table(table: CreateTableBuilder<string>): CreateTableBuilder<string>;
  /** A table whose rows lie in the order of their primary key, where that can be said. */
  clustered(table: CreateTableBuilder<string>): CreateTableBuilder<string>;
  index(db: Kysely<unknown>, index: IndexToMake): Promise<void>;
  /** See `0002-live-tags.ts`. */
  liveTags(db: Kysely<unknown>): Promise<void>;
}

/** A migration is a transaction on SQLite and PostgreSQL, and an index can have some of the rows. */
const transactional: Pick<Ddl, "isTransactional" | "table" | "clustered" | "index" | "liveTags"> = {
  isTransactional: true,
  table: (table) => table,
  clustered: (table) => table,
  async index(db, { table, name, columns, unique = false, ofLive = false }) {
    let making = db.schema
      .createIndex(name)
      .on(table)
      .columns([...columns]);
    if (unique) making = making.unique();
    if (ofLive) making = making.where(sql.ref("deleted"), "=", sql.lit(false));
    await making.execute();
  },
  async liveTags(db) {
    const live = { table: "image_tags", unique: true, ofLive: true };
    await transactional.index(db, { ...live, name: "imagetags_live_tag", columns: ["image_id", "value"] });
    // This index is unique too, which forbids nothing more. SQLite then asks it whether an image bears a tag,
    // rather than the one led by the image. Its entries for one tag lie together.
    await transactional.index(db, {
      ...live,
      name: "imagetags_images_by_tag",
      columns: ["value", "image_id"],
    });
  },
};

export const sqliteDdl: Ddl = {
  ...transactional,
  varchar: (length) => `varchar(${length})`,
  uuid: "blob",
  // With the rows of SQLite's own ids each row would be found twice.
  clustered: (table) => table.modifyEnd(sql`without rowid`),
  time: "datetime",
  counted: (column) => column,
};

export const postgresDdl: Ddl = {
  ...transactional,
  // The order is that of code points, whatever the database's own order is.
  varchar: (length) => sql`varchar(${sql.lit(length)}) collate "C"`,
  time: "timestamp",
  uuid: "uuid",
  counted: (column) => column.generatedByDefaultAsIdentity(),
};

/** Each statement is a transaction of its own here. So a broken migration leaves a part of it done. */
export function mysqlDdl(isMariaDb: boolean): Ddl {
  const collation = isMariaDb ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
  const ddl: Ddl = {
    isTransactional: false,
    varchar: (length) => `varchar(${length})`,
    time: "datetime(6)",
    uuid: sql`binary(16)`,
    clustered: (table) => table,
    counted: (column) => column.autoIncrement(),
    table: (table) =>
      table.modifyEnd(sql`engine = InnoDB default charset = utf8mb4 collate = ${sql.raw(collation)}`),
    async index(db, { table, name, columns, unique = false }) {
      if (await hasIndex(db, table, name)) return;
      const making = db.schema
        .createIndex(name)
        .on(table)
        .columns([...columns]);
      await (unique ? making.unique() : making).execute();
    },
    async liveTags(db) {
      if (!(await hasIndex(db, "image_tags", "imagetags_live_tag"))) {
        // An index of some of the rows is unknown here. But a unique index lets NULL stand any number of times.
        await sql`alter table image_tags
          add column imagetags_live tinyint generated always as (if(deleted, null, 0)) virtual,
          add unique index imagetags_live_tag (image_id, value, imagetags_live)`.execute(db);
      }
      const columns = ["value", "deleted", "image_id"];
      await ddl.index(db, { table: "image_tags", name: "imagetags_images_by_tag", columns });
    },
  };
  return ddl;
}

async function hasIndex(db: Kysely<unknown>, table: string, name: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from information_schema.statistics
    where table_schema = database() and table_name = ${table} and index_name = ${name} limit 1`.execute(db);
  return rows.length > 0;
}
