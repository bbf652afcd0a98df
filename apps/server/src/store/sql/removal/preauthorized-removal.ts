import type { Dialect } from "../dialect.ts";
import type { ImageKey, Permit } from "../../../images/model/image-store.ts";
import type { Work } from "../statement.ts";

/** A removal of a tag that is permitted whatever is found of the image, but for whose it is: plain data. */
export interface CertainRemoval {
  readonly imageId: string;
  readonly tag: string;
  /** The project that must own the image; `null`: it may be anybody's. */
  readonly owner: string | null;
}

/**
 * What became of one. `unknown`: nothing was written, and the removal is to be done as one that is not
 * certain, which tells why.
 */
export type Attempt = "removed" | "no-tag" | "unknown";

/** A removal as one that is certain; `undefined` when it is not. */
export function toCertainRemoval(
  dialect: Dialect,
  { imageId, projectId, precondition }: ImageKey,
  tag: string,
  { certain }: Permit,
): CertainRemoval | undefined {
  if (certain === undefined || precondition !== undefined) return undefined;
  if (!dialect.holds("image_tags.value", tag)) return undefined;
  if (certain === "any") return { imageId, tag, owner: null };
  return projectId === null ? undefined : { imageId, tag, owner: projectId };
}

/**
 * How a database server removes several tags at once, no two of them alike. An image that another
 * transaction has locked is passed over, so that no removal waits for what concerns another.
 */
export interface RemovalTogether {
  /** Whether it is to be done in a transaction; else its one statement is one by itself. */
  readonly inTransaction: boolean;
  /** Tells which were done; of the others nothing is known. */
  readonly work: (removals: readonly CertainRemoval[], now: string) => Work<ReadonlySet<CertainRemoval>>;
}
