import { sql as raw, type RawBuilder, type SqlBool } from "kysely";
import type { StoredEventId } from "./events/event-id.ts";
import type { Call } from "./statement.ts";
import { toSqlMoment } from "./sql-time.ts";

/** A column of text, with its table's name. */
export type TextColumn = `${string}.${string}`;

/** How databases differ in what they understand and what they can hold. */
export interface Dialect {
  /**
   * Whether a change takes the image's row lock before all else. A writing transaction of SQLite has the
   * database to itself, and needs none.
   */
  readonly locksRows: boolean;
  /**
   * Whether transactions of several servers conflict only where they write the same row, as in a cluster of
   * Galera. Row locks stay on the server that took them there.
   */
  readonly meetsByWrites: boolean;
  /**
   * Has the transaction that it ends wait until a standby has all that could be read in it, though nothing was written.
   * `undefined`: no standby is waited for.
   */
  readonly confirm?: Call | undefined;
  /** Whether a column can hold a text. One that it cannot hold is nowhere, and cannot be written. */
  canStore(column: TextColumn, text: string): boolean;
  /** Whether a column takes different texts for equal, as Glance's do on MariaDB and MySQL. */
  folds(column: TextColumn): boolean;
  /** A text with the character set and collation of a column, which compares it as the column does. */
  asHeld(column: TextColumn, text: string): RawBuilder<string>;
  /** A column by its exact characters, whatever its collation takes for equal. */
  exact(column: TextColumn): RawBuilder<string | null>;
  /** A column by which texts stand in the order of their code points, and by exact characters. */
  inOrder(column: TextColumn): RawBuilder<string | null>;
  /** Whether a column has one of these texts, by their exact characters. An index led by the column can be used. */
  isOneOf(column: TextColumn, texts: readonly [string | null, ...(string | null)[]]): RawBuilder<SqlBool>;
  /** A query with a row for each id of an image, in its column `image_id`. */
  imageIdRows(ids: readonly string[]): RawBuilder<unknown>;
  /** A number to compare a column with. It may lie beyond what the column can hold. */
  toNumber(value: number): RawBuilder<number>;
  /**
   * A time, in microseconds since 1970, as a column of this database will hold it. It is never later than the given one.
   */
  toTime(microseconds: number): string;
  /** The time by the database's own clock, in milliseconds since 1970. */
  readonly clock: RawBuilder<number>;
  /**
   * The version of the rules about tags, in parentheses, for any statement of a change: who makes a rule waits for the end of
   * its transaction, and who asks while a rule is made waits for that.
   */
  readonly rulesVersion: RawBuilder<string | null>;
  /** What is done before the rules are changed, so that it waits for those who asked; `undefined`: that is enough by itself. */
  readonly lockRules?: Call | undefined;
  /** The id of an event as its column holds it. */
  toEventId(id: string): StoredEventId;
}

/**
 * What SQLite and PostgreSQL share: text is compared by its characters, times have microseconds, and there is
 * no cluster.
 */
export const plainDialect: Pick<
  Dialect,
  | "exact"
  | "folds"
  | "asHeld"
  | "inOrder"
  | "isOneOf"
  | "imageIdRows"
  | "toNumber"
  | "toTime"
  | "meetsByWrites"
  | "rulesVersion"
> = {
  meetsByWrites: false,
  rulesVersion: raw`(select version from imagetags_rules_version where id = 1)`,
  folds: () => false,
  asHeld: (_, text) => raw`${text}`,
  exact: (column) => raw.ref(column),
  inOrder: (column) => raw.ref(column),
  isOneOf: (column, texts) => isAmong(raw.ref(column), texts),
  imageIdRows: idsByUnion,
  toNumber: (value) => raw`${value}`,
  toTime: toSqlMoment,
};

/** Each id as a query of its own, by which every database knows the ids' character set and collation. */
export function idsByUnion(ids: readonly string[]): RawBuilder<unknown> {
  return raw.join(
    ids.map((id) => raw`select ${id} as image_id`),
    raw` union all `,
  );
}

/** Whether an expression is one of these texts. A single one is asked for by `in` too: see `statements.ts`. */
export function isAmong(
  expression: RawBuilder<unknown>,
  texts: readonly [unknown, ...unknown[]],
): RawBuilder<SqlBool> {
  return raw`${expression} in (${raw.join(texts)})`;
}

/** A text to look for in a column. `null`, which is nowhere, where the column cannot hold it. */
export function storableOrNull(dialect: Dialect, column: TextColumn, text: string | null): string | null {
  return text !== null && dialect.canStore(column, text) ? text : null;
}
