import type { Actor } from "./actor.ts";
import type { ImageError } from "./image-error.ts";
import type { ImageListFilter } from "./image-list-filter.ts";
import type { ImageAccess, ImageRecord } from "./image-record.ts";

/** What one image loses and gains: tags that it bears, and tags that it lacks. */
export interface TagExchange {
  readonly remove: readonly string[];
  readonly add: readonly string[];
}

/** The same change of the tags of many images. */
export interface ManyTagsChange {
  /** The images, by their ids as they are stored, in the order in which they are told of. */
  readonly imageIds: readonly string[];
  /** What an image must still fit; its order, limit and marker play no part. */
  readonly filter: ImageListFilter;
  readonly remove: ReadonlySet<string>;
  readonly add: ReadonlySet<string>;
  /** Asked of each image that it would change. An error that it returns is why nothing is done to this image. */
  readonly decide: (
    image: ImageAccess & { readonly record: ImageRecord },
    exchange: TagExchange,
  ) => ImageError | undefined;
  /** How many tags an image may bear with those that are added; negative: any number. */
  readonly quota: number;
  readonly actor: Actor;
}

/** What is to become of an image's tags, or why nothing is. */
export interface PlannedExchange extends TagExchange {
  /** As it is before. */
  readonly image: ImageRecord;
  readonly refused: ImageError | undefined;
}
