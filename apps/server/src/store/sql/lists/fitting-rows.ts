import { sql as raw, type Kysely, type Selectable } from "kysely";
import type { Schema } from "../schema.ts";
import { rowsOfQuery, type Steps } from "../statement.ts";

/** The bytes of tags and properties of a page's images, unless the first image has more. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * The first rows of a page whose tags and properties fit into memory together: nearly always all. The first one
 * always fits, or a list would never get past it.
 */
export function* fittingRows<Row extends Pick<Selectable<Schema["images"]>, "id">>(
  db: Kysely<Schema>,
  rows: readonly Row[],
): Steps<readonly Row[]> {
  if (rows.length < 2) return rows;
  const ids = rows.map(({ id }) => id);
  const sizes = new Map<string, number>();
  for (const table of ["image_tags", "image_properties"] as const) {
    const counted = yield* rowsOfQuery(
      db
        .selectFrom(table)
        .select((row) => ["image_id", row.fn.sum(raw<number>`octet_length(value)`).as("bytes")])
        .where("image_id", "in", ids)
        .where((row) => row.not("deleted"))
        .groupBy("image_id")
        .compile(),
    );
    for (const { image_id: id, bytes } of counted) sizes.set(id, (sizes.get(id) ?? 0) + Number(bytes));
  }
  let total = 0;
  const end = rows.findIndex(({ id }, index) => {
    total += sizes.get(id) ?? 0;
    return index > 0 && total > MOST_BYTES;
  });
  return end === -1 ? rows : rows.slice(0, end);
}
