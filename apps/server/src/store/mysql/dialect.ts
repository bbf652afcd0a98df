import { sql as raw } from "kysely";
import { isAmong, type Dialect, type Removal, type RemovalGuard, type TextColumn } from "../sql/dialect.ts";
import { toSqlTime } from "../sql/sql-time.ts";
import { removalTogether } from "./batch-removal.ts";

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

/** MariaDB and MySQL. */
export function mysqlDialect({ narrow, folds, wholeSeconds, tagIndex }: MysqlColumns): Dialect {
  // UTF-8 is the same bytes in either of its character sets, and bytes are compared without padding.
  const bytes = (column: TextColumn) => raw<string | null>`cast(${raw.ref(column)} as binary)`;
  const isOneOf: Dialect["isOneOf"] = (column, texts) =>
    folds
      ? raw`(${isAmong(raw.ref(column), texts)} and ${isAmong(bytes(column), texts)})`
      : isAmong(raw.ref(column), texts);
  return {
    locksRows: true,
    holds: (column, text) => text.isWellFormed() && !(narrow.has(column) && WIDE.test(text)),
    exact: (column) => (folds ? bytes(column) : raw.ref(column)),
    isOneOf,
    // Cut, not rounded: by its mode a server does either, and a rounded time would lie ahead.
    toTime: (time) => (wholeSeconds ? toSqlTime(time).slice(0, 19) : toSqlTime(time)),
    removal: (guard, values) => raw`
      update images join image_tags on image_tags.image_id = images.id
      set image_tags.deleted = 1, image_tags.deleted_at = ${values.now}, image_tags.updated_at = ${values.now},
        images.updated_at = if(images.updated_at >= ${values.now}, images.updated_at, ${values.now})
      where images.id = ${values.imageId} and images.deleted = 0 and ${holdsStill(guard, values)}
        and ${isOneOf("image_tags.value", [values.tag])} and image_tags.deleted = 0`,
    removalTogether: removalTogether(tagIndex),
  };
}

function holdsStill(guard: RemovalGuard, { owner, visibility, protected: isProtected }: Removal) {
  const isOwner = raw`cast(images.owner as binary) <=> cast(${owner} as binary)`;
  switch (guard) {
    case "any":
      return raw`true`;
    case "own":
      return isOwner;
    case "as-found":
      return raw`${isOwner} and images.visibility = ${visibility} and images.protected = ${isProtected}`;
  }
}
