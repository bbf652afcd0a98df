import { MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler, sql as raw } from "kysely";
import { compileOnly } from "../sql/compile-only.ts";
import { isAmong, type Dialect, type TextColumn } from "../sql/dialect.ts";
import { toSqlTime } from "../sql/sql-time.ts";

/** What the columns of a MariaDB or MySQL database are like. */
export interface MysqlColumns {
  /** Those whose characters have at most three bytes in UTF-8, as all of Glance's have. */
  readonly narrow: ReadonlySet<string>;
  /** Whether a collation takes different texts for alike, as Glance's does. */
  readonly folds: boolean;
  /** Whether times have whole seconds, as Glance's have. */
  readonly wholeSeconds: boolean;
  /** The index of the tags' images and values, where there is one. */
  readonly tagIndex: string | undefined;
}

/** A character that has four bytes in UTF-8. */
const WIDE = /[\u{10000}-\u{10ffff}]/u;

/** What MariaDB and MySQL understand, and a database of theirs can hold. */
export function mysqlDialect({ narrow, folds, wholeSeconds }: MysqlColumns, isGalera: boolean): Dialect {
  // UTF-8 is the same bytes in either of its character sets, and bytes are compared without padding.
  const bytes = (column: TextColumn) => raw<string | null>`cast(${raw.ref(column)} as binary)`;
  return {
    locksRows: true,
    meetsByWrites: isGalera,
    canStore: (column, text) => text.isWellFormed() && !(narrow.has(column) && WIDE.test(text)),
    exact: (column) => (folds ? bytes(column) : raw.ref(column)),
    isOneOf: (column, texts) =>
      folds
        ? raw`(${isAmong(raw.ref(column), texts)} and ${isAmong(bytes(column), texts)})`
        : isAmong(raw.ref(column), texts),
    // Cut, not rounded: by its mode a server does either, and a rounded time would lie ahead.
    toTime: (time) => (wholeSeconds ? toSqlTime(time).slice(0, 19) : toSqlTime(time)),
  };
}

/** Only builds statements: they run on a connection of a pool. */
export const mysqlQueries = compileOnly({
  createAdapter: () => new MysqlAdapter(),
  createIntrospector: (db) => new MysqlIntrospector(db),
  createQueryCompiler: () => new MysqlQueryCompiler(),
});
