import type { CertainRemoval, RemovalTogether } from "../sql/removal/preauthorized-removal.ts";
import { rowsOf } from "../sql/statement.ts";

interface Found {
  readonly id: number;
  readonly image_id: string;
  readonly value: string;
  readonly owner: string | null;
}

/**
 * Finds and locks the rows, then marks them. `tagIndex` names the index of the tags' images and values:
 * the server would look into every other index for each tag, to find that this is the best.
 */
export function removalTogether(tagIndex: string | undefined): RemovalTogether {
  const hint = tagIndex === undefined ? "" : `force index (\`${tagIndex.replaceAll("`", "``")}\`)`;
  return {
    inTransaction: true,
    *work(removals, now) {
      const asked = padded(removals);
      const reply = yield {
        sql: `select image_tags.id, image_tags.image_id, image_tags.value, images.owner
          from image_tags ${hint} straight_join images on images.id = image_tags.image_id
          where (image_tags.image_id, image_tags.value) in (${slots(asked, "(?, ?)")})
            and image_tags.deleted = 0 and images.deleted = 0 for update skip locked`,
        parameters: asked.flatMap(({ imageId, tag }) => [imageId, tag]),
      };
      const byTag = new Map(removals.map((removal) => [keyOf(removal.imageId, removal.tag), removal]));
      const done = new Set<CertainRemoval>();
      const rows = rowsOf<Found>(reply).filter((row) => {
        // The collation may have found what is not exactly the tag.
        const removal = byTag.get(keyOf(row.image_id, row.value));
        if (removal === undefined || (removal.owner ?? row.owner) !== row.owner) return false;
        return done.add(removal);
      });
      if (rows.length === 0) return done;
      const marked = padded(rows);
      yield {
        sql: `update image_tags set deleted = 1, deleted_at = ?, updated_at = ? where id in (${slots(marked, "?")})`,
        parameters: [now, now, ...marked.map(({ id }) => id)],
      };
      yield {
        sql: `update images set updated_at = ?
          where id in (${slots(marked, "?")}) and (updated_at is null or updated_at < ?)`,
        parameters: [now, ...marked.map((row) => row.image_id), now],
      };
      return done;
    },
  };
}

/** A UUID is the same one whatever its case. */
function keyOf(imageId: string, tag: string): string {
  return `${imageId.toLowerCase()} ${tag}`;
}

/** The last one is repeated up to a power of two: for each number of values a text is prepared. */
function padded<Item>(items: readonly Item[]): Item[] {
  const size = 2 ** Math.ceil(Math.log2(items.length));
  return [...items, ...Array.from({ length: size - items.length }, () => items.slice(-1)).flat()];
}

function slots(items: readonly unknown[], slot: string): string {
  return items.map(() => slot).join(", ");
}
