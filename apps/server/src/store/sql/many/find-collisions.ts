import { sql as raw } from "kysely";
import { collidingTag } from "../../../images/model/image-error.ts";
import { Refusal } from "../lock-and-authorize.ts";
import { rowsOf, type Steps } from "../statement.ts";
import type { Tx } from "../tx.ts";
import { inParts } from "../in-parts.ts";

/** By the ids of images: a tag that is to be added, and another of the image that its column takes for equal. */
export type Collisions = ReadonlyMap<string, { readonly tag: string; readonly other: string }>;

/**
 * Finds the images that bear a tag which the column takes for one of those to be added. Those that are removed are no
 * hindrance. Throws where two of the tags to be added are alike.
 */
export function* findCollisions(
  { queries, sql: { dialect } }: Tx,
  imageIds: readonly string[],
  { add, remove }: { readonly add: ReadonlySet<string>; readonly remove: ReadonlySet<string> },
): Steps<Collisions> {
  const found = new Map<string, { tag: string; other: string }>();
  if (add.size === 0 || !dialect.folds("image_tags.value")) return found;
  const tags = [...add];
  const numbered = tags.map(
    (tag, place) => raw`select ${raw.lit(place)} as place, ${dialect.asHeld("image_tags.value", tag)} as tag`,
  );
  const asked = raw`(${raw.join(numbered, raw` union all `)}) asked`;
  const alike = yield raw`select min(place) as one, max(place) as other from ${asked} group by tag
    having count(*) > 1 limit 1`.compile(queries);
  const [pair] = rowsOf<{ one: number; other: number }>(alike);
  if (pair !== undefined) throw new Refusal(collidingTag(tags[pair.one] ?? "", tags[pair.other] ?? ""));
  for (const ids of inParts(imageIds)) {
    const reply = yield raw`select image_tags.image_id, image_tags.value, asked.place
      from image_tags join ${asked} on image_tags.value = asked.tag
      where image_tags.image_id in (${raw.join(ids)}) and image_tags.deleted = 0`.compile(queries);
    for (const row of rowsOf<{ image_id: string; value: string; place: number }>(reply)) {
      const tag = tags[row.place] ?? "";
      if (row.value !== tag && !remove.has(row.value)) found.set(row.image_id, { tag, other: row.value });
    }
  }
  return found;
}
