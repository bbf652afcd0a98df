import { UUID } from "@imagetags/contract";
import type { Actor } from "../../../images/model/actor.ts";
import type { ImageKey, Permit } from "../../../images/model/image-store.ts";
import { storableOrNull, type Dialect } from "../dialect.ts";
import type { Steps } from "../statement.ts";

/** A removal of a tag that is permitted whatever the image turns out to be, or for any image of one owner. */
export interface PreauthorizedRemoval {
  readonly imageId: string;
  readonly tag: string;
  /** The project that must own the image. `null`: the owner does not matter. */
  readonly owner: string | null;
  /** Who removes it; `undefined`: the server itself. */
  readonly actor?: Actor | undefined;
}

/** What a batch did of a removal. `unknown`: nothing, and a transaction of its own tells why. */
export type RemovalOutcome = "removed" | "no-tag" | "unknown";

/** How a database removes one tag or several at once, all of them different. */
export interface BatchRemoval {
  /** Whether so many removals take several statements, and so a transaction. */
  readonly inTransaction: (count: number) => boolean;
  /**
   * Tells which were removed; of the others nothing is known. An image that another transaction has locked is
   * passed over, so that no removal waits for another's. `moment` is
   * the first of as many as there are removals, in microseconds since 1970.
   */
  readonly steps: (
    removals: readonly PreauthorizedRemoval[],
    moment: number,
  ) => Steps<ReadonlySet<PreauthorizedRemoval>>;
}

/** A removal as a preauthorized one; `undefined` when it is not. */
export function preauthorize(
  dialect: Dialect,
  { imageId, projectId, precondition, actor }: ImageKey,
  tag: string,
  { preauthorized }: Permit,
): PreauthorizedRemoval | undefined {
  // A precondition is asked of the image as it is within the transaction.
  if (preauthorized === undefined || precondition !== undefined) return undefined;
  // An id that is no UUID must match exactly, and a collation does not tell that.
  if (!UUID.test(imageId) || !dialect.canStore("image_tags.value", tag)) return undefined;
  if (preauthorized === "any") return { imageId, tag, owner: null, actor };
  const owner = storableOrNull(dialect, "images.owner", projectId);
  return owner === null ? undefined : { imageId, tag, owner, actor };
}
