import { MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler, sql as raw, type RawBuilder } from "kysely";
import { compileOnly } from "../sql/compile-only.ts";
import { type Dialect, idsByUnion, isAmong, type TextColumn } from "../sql/dialect.ts";
import { eventIdBytes } from "../sql/events/event-id.ts";
import { toSqlMoment } from "../sql/sql-time.ts";
import { isHeld, isUtf8, type TextType } from "./charsets.ts";

/** What is known of the columns of a MariaDB or MySQL database. */
export interface MysqlColumns {
  /** The type of each text column, by its table's name and its own. */
  readonly texts: ReadonlyMap<string, TextType>;
  /** Whether times have whole seconds, as Glance's have. */
  readonly wholeSeconds: boolean;
  /** The index of the tags' images and values, where there is one. */
  readonly tagIndex: string | undefined;
}

/**
 * The collations under which different characters are never equal and no spaces are added. Our own tables have
 * one of them.
 */
const EXACT = /^(?:utf8mb4_nopad_bin|utf8mb4_0900_bin)$/;

/** A column that the catalog does not list has the type of our own. */
const OURS: TextType = { charset: "utf8mb4", collation: "utf8mb4_nopad_bin" };

/** What MariaDB and MySQL understand, and what a database of theirs can hold. */
export function mysqlDialect({ texts, wholeSeconds }: MysqlColumns, isGalera: boolean): Dialect {
  const typeOf = (column: TextColumn): TextType => texts.get(column) ?? OURS;
  // Under Glance's collations different texts may be equal.
  const folds = [...texts.values()].some(({ collation }) => !EXACT.test(collation));

  /** A column's text as its bytes in UTF-8, which are compared without padding. */
  function bytes(column: TextColumn): RawBuilder<string | null> {
    const text = raw.ref(column);
    return isUtf8(typeOf(column).charset)
      ? raw`cast(${text} as binary)`
      : raw`cast(convert(${text} using utf8mb4) as binary)`;
  }

  /**
   * A text in the character set of a column, so that an index can be used. A character that the column cannot
   * hold becomes `?`.
   */
  function asColumn(column: TextColumn, text: string | null): unknown {
    const { charset, collation } = typeOf(column);
    if (isUtf8(charset)) return text;
    return raw`convert(${text} using ${raw.raw(charset)}) collate ${raw.raw(collation)}`;
  }

  return {
    locksRows: true,
    meetsByWrites: isGalera,
    canStore: (column, text) => isHeld(typeOf(column).charset, text),
    folds: (column) => !EXACT.test(typeOf(column).collation),
    asHeld(column, text) {
      const { charset, collation } = typeOf(column);
      return raw`convert(${text} using ${raw.raw(charset)}) collate ${raw.raw(collation)}`;
    },
    exact: (column) => (folds ? bytes(column) : raw.ref(column)),
    inOrder: (column) => (folds ? bytes(column) : raw.ref(column)),
    isOneOf(column, [text, ...others]) {
      if (!folds) return isAmong(raw.ref(column), [text, ...others]);
      const found = isAmong(raw.ref(column), [
        asColumn(column, text),
        ...others.map((one) => asColumn(column, one)),
      ]);
      return raw`(${found} and ${isAmong(bytes(column), [text, ...others])})`;
    },
    imageIdRows: idsByUnion,
    toNumber: (value) => raw`${value}`,
    // The time is cut and not rounded: a server may do either, and a rounded time would lie ahead.
    toTime: (time) => (wholeSeconds ? toSqlMoment(time).slice(0, 19) : toSqlMoment(time)),
    clock: raw`cast(unix_timestamp(now(6)) * 1000 as signed)`,
    // A change of the row waits for the end of each transaction that shares its lock, and later ones wait for it.
    rulesVersion: raw`(select version from imagetags_rules_version where id = 1 lock in share mode)`,
    toEventId: eventIdBytes,
  };
}

/** A builder of statements, which run on a connection of a pool. */
export const mysqlQueries = compileOnly({
  createAdapter: () => new MysqlAdapter(),
  createIntrospector: (db) => new MysqlIntrospector(db),
  createQueryCompiler: () => new MysqlQueryCompiler(),
});
