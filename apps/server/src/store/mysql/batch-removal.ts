import { sql as raw } from "kysely";
import type { Dialect } from "../sql/dialect.ts";
import { markTagsDeleted, toggleImages, touchImages } from "../sql/mark-rows.ts";
import type { BatchRemoval, PreauthorizedRemoval } from "../sql/removal/preauthorized-removal.ts";
import { rowsOf, Statement, type Steps } from "../sql/statement.ts";
import { mysqlQueries as queries } from "./dialect.ts";

interface Found {
  readonly id: number;
  readonly image_id: string;
  readonly value: string;
  readonly owner: string | null;
}

type Outcome = Steps<ReadonlySet<PreauthorizedRemoval>>;

/**
 * One removal is one statement. Several are found and locked, and then marked. `tagIndex` names the index of
 * the tags' images and values, or the server would look into every other index for each tag.
 */
export function batchRemoval(dialect: Dialect, tagIndex: string | undefined): BatchRemoval {
  const hint = tagIndex === undefined ? raw`` : raw`force index (${raw.ref(tagIndex)})`;

  function* removeSeveral(removals: readonly PreauthorizedRemoval[], now: string): Outcome {
    const asked = raw.join(removals.map(({ imageId, tag }) => raw`(${imageId}, ${tag})`));
    const reply = yield raw`
      select image_tags.id, image_tags.image_id, image_tags.value, images.owner
      from image_tags ${hint} straight_join images on images.id = image_tags.image_id
      where (image_tags.image_id, image_tags.value) in (${asked})
        and image_tags.deleted = 0 and images.deleted = 0 for update skip locked`.compile(queries);
    const byTag = new Map(removals.map((removal) => [keyOf(removal.imageId, removal.tag), removal]));
    const done = new Set<PreauthorizedRemoval>();
    const rows = rowsOf<Found>(reply).filter((row) => {
      // The collation may have found another tag too.
      const removal = byTag.get(keyOf(row.image_id, row.value));
      if (removal === undefined || (removal.owner ?? row.owner) !== row.owner) return false;
      return done.add(removal);
    });
    if (rows.length === 0) return done;
    const tagIds = rows.map(({ id }) => id);
    const imageIds = [...new Set(rows.map((row) => row.image_id))];
    yield markTagsDeleted(queries, now).where("id", "in", tagIds).compile();
    yield touchImages(queries, now).where("id", "in", imageIds).compile();
    if (!dialect.meetsByWrites) return done;
    for (let toggles = 0; toggles < 2; toggles += 1) {
      yield toggleImages(queries).where("id", "in", imageIds).compile();
    }
    return done;
  }

  // Tag and image are written in one statement, for one round trip.
  const removeOne = new Statement(queries, (db, slot: PreauthorizedRemoval & { readonly now: string }) => {
    const statement = raw`
      update images join image_tags on image_tags.image_id = images.id
      set image_tags.deleted = 1, image_tags.deleted_at = ${slot.now}, image_tags.updated_at = ${slot.now},
        images.updated_at = if(images.updated_at >= ${slot.now}, images.updated_at, ${slot.now})
      where images.id = ${slot.imageId} and images.deleted = 0
        and (${slot.owner} is null or ${dialect.isOneOf("images.owner", [slot.owner])})
        and ${dialect.isOneOf("image_tags.value", [slot.tag])} and image_tags.deleted = 0`;
    return { compile: () => statement.compile(db) };
  });

  return {
    inTransaction: (count) => count > 1 || dialect.meetsByWrites,
    *steps(removals, now) {
      const [only, ...others] = removals;
      if (only === undefined || others.length > 0 || dialect.meetsByWrites) {
        return yield* removeSeveral(removals, now);
      }
      return new Set((yield* removeOne.run({ ...only, now })) > 0 ? [only] : []);
    },
  };
}

/** A UUID is the same in any case. */
function keyOf(imageId: string, tag: string): string {
  return `${imageId.toLowerCase()} ${tag}`;
}
