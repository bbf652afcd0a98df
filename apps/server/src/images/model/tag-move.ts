import type { ImageKey, OverQuota, Permit } from "./permission.ts";

/** A tag that one image is to bear in the place of others of its project. */
export interface TagMove {
  readonly tag: string;
  readonly to: ImageKey;
  /** The only image that may bear it; `undefined`: whichever do. */
  readonly from: ImageKey | undefined;
  /** How many different tags an image may have (negative: unlimited). */
  readonly quota: number;
  /** Asked of the image that gains the tag. */
  readonly mayAdd: Permit;
  /** Gives what is asked of an image that loses it, by its id. */
  readonly mayRemove: (imageId: string) => Permit;
}

/** What became of a move; but for `moved`, nothing was done. */
export type TagMoveOutcome =
  /** Ids as they are stored. `from` is empty where `to` alone bore it already, and nothing was changed. */
  | { readonly outcome: "moved"; readonly to: string; readonly from: readonly string[] }
  /** The id as it was asked for. */
  | { readonly outcome: "no-image"; readonly imageId: string }
  /** No image of the project bears it. */
  | { readonly outcome: "no-tag" }
  | { readonly outcome: "not-on-source" }
  /** Images besides `from` bear it: these, and maybe more. */
  | { readonly outcome: "on-others"; readonly images: readonly string[] }
  | { readonly outcome: "too-many" }
  | ({ readonly outcome: "over-quota" } & OverQuota);
