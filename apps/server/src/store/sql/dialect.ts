import { sql as raw, type RawBuilder, type SqlBool } from "kysely";
import type { RemovalTogether } from "./removal/preauthorized-removal.ts";
import { toSqlTime } from "./sql-time.ts";

/** A column that holds text, with its table's name. */
export type TextColumn = `${string}.${string}`;

/** Of which images {@link Dialect.removal} removes a tag: of any, of the project's own, of one as it was found. */
export type RemovalGuard = "any" | "own" | "as-found";

/** The values of a removal in one statement. */
export interface Removal {
  readonly imageId: string;
  readonly tag: string;
  readonly now: string;
  /** The owner that the image must have; not asked for where the guard is `any`. */
  readonly owner: string | null;
  /** What the image must be, where the guard is `as-found`. */
  readonly visibility: string;
  readonly protected: boolean;
}

/** Where databases differ in what they understand and in what they can hold. */
export interface Dialect {
  /**
   * Whether a change takes the image's row lock before all else. Not where a transaction that writes has
   * the database to itself.
   */
  readonly locksRows: boolean;
  /** Whether a column can hold a text. One that it cannot hold is nowhere, and cannot be written. */
  holds(column: TextColumn, text: string): boolean;
  /** A column by its exact characters, whatever its collation takes for alike. */
  exact(column: TextColumn): RawBuilder<string | null>;
  /** Whether a column has one of these texts, by their exact characters; an index led by it can be used. */
  isOneOf(column: TextColumn, texts: readonly [string | null, ...(string | null)[]]): RawBuilder<SqlBool>;
  /** A time as a column of this database will hold it: never later than it is. */
  toTime(time: Date): string;
  /**
   * Removes a tag and moves the image's `updated_at`, in a statement that is a transaction by itself: the
   * image's row lock comes first, and 0 rows are written unless the guard holds and the image bears the tag.
   */
  readonly removal?: (guard: RemovalGuard, values: Removal) => RawBuilder<unknown>;
  /** Removes several tags in one transaction, as removals that wait at once are done. */
  readonly removalTogether?: RemovalTogether;
}

/** Text that is compared by its characters, and times to the microsecond: what SQLite and PostgreSQL have. */
export const plainDialect: Pick<Dialect, "exact" | "isOneOf" | "toTime"> = {
  exact: (column) => raw.ref(column),
  isOneOf: (column, texts) => isAmong(raw.ref(column), texts),
  toTime: toSqlTime,
};

/** Whether an expression is one of these texts. */
export function isAmong(
  expression: RawBuilder<unknown>,
  texts: readonly [string | null, ...(string | null)[]],
): RawBuilder<SqlBool> {
  return texts.length === 1 ? raw`${expression} = ${texts[0]}` : raw`${expression} in (${raw.join(texts)})`;
}
