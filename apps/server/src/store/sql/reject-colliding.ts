import { collidingTag } from "../../images/model/image-error.ts";
import { Refusal } from "./lock-and-authorize.ts";
import type { Steps } from "./statement.ts";
import type { Tx } from "./tx.ts";

/**
 * Refuses a change that gave an image a tag which the column takes for another of the image. Glance finds a tag by
 * the column's collation, and fails with 500 where it finds two. The rows are written already, since nothing but
 * the collation itself tells what it takes for equal.
 */
export function* rejectColliding(tx: Tx, imageId: string, added: readonly string[]): Steps<void> {
  if (!tx.sql.dialect.folds("image_tags.value")) return;
  const pairs = yield* tx.sql.equalTags.rows({ imageId });
  const collision = pairs.find(({ tag, other }) => tag !== other && added.includes(tag));
  if (collision !== undefined) throw new Refusal(collidingTag(collision.tag, collision.other));
}
