import type { Visibility } from "@imagetags/contract";
import type { ImageRecord } from "./image-record.ts";

/** What a list can be sorted by. */
export type SortField =
  | "name"
  | "status"
  | "containerFormat"
  | "diskFormat"
  | "size"
  | "id"
  | "createdAt"
  | "updatedAt";

/** A field to sort by. An image without a value there comes first, or last where the field descends. */
export interface SortOrder {
  readonly field: SortField;
  readonly direction: "asc" | "desc";
}

/** Which tags an image must bear or lack, compared exactly. An empty list asks for nothing. */
export interface TagFilter {
  /** It bears all of them. */
  readonly all: readonly string[];
  /** It bears one of them or more. */
  readonly any: readonly string[];
  /** It bears none of them. */
  readonly none: readonly string[];
  /** It lacks one of them or more. */
  readonly notAll: readonly string[];
}

/** The fields that hold text. */
export type TextField =
  | "id"
  | "name"
  | "status"
  | "containerFormat"
  | "diskFormat"
  | "owner"
  | "checksum"
  | "osHashAlgo"
  | "osHashValue";

/** The fields that hold a number, in the units of `ImageRecord`. */
export type NumberField = "size" | "virtualSize" | "minDisk" | "minRam";

/** The fields that hold a time. In conditions times are microseconds since 1970. */
export type TimeField = "createdAt" | "updatedAt";

/** A condition on an image. An image without a value in a field meets no condition on it. */
export type ImageCondition =
  | { readonly kind: "one-of"; readonly field: TextField; readonly values: readonly string[] }
  | {
      readonly kind: "equals" | "at-least" | "at-most";
      readonly field: NumberField;
      readonly value: number;
    }
  | { readonly kind: "is"; readonly field: "protected" | "osHidden"; readonly value: boolean }
  | { readonly kind: "from" | "before"; readonly field: TimeField; readonly time: bigint }
  /** Holds of times before `from`, and of times at `until` or later. */
  | {
      readonly kind: "outside";
      readonly field: TimeField;
      readonly from: bigint;
      readonly until: bigint;
    }
  /** It has a property of this name and value. */
  | { readonly kind: "property"; readonly name: string; readonly value: string };

/** Which images to list, and which page of them. All of it must hold. */
export interface ImageListFilter {
  readonly tags: TagFilter;
  readonly conditions: readonly ImageCondition[];
  /** Only images that bear one of the tags of `remove`, or lack one of `add`. */
  readonly changedBy?: { readonly remove: readonly string[]; readonly add: readonly string[] };
  /**
   * Only images of this visibility. `undefined` is any, but of community images only the asking project's own.
   * `all` is any at all.
   */
  readonly visibility: Visibility | "all" | undefined;
  /** What became of the offer of images that are shared with the asking project. */
  readonly memberStatus: "accepted" | "pending" | "rejected" | "all";
  /** The asking project. Listed are its own images, and public, community and shared ones. */
  readonly projectId: string | null;
  /** An admin's list has every image, whoever owns it. */
  readonly asAdmin: boolean;
  /** The last one is by `id`, so that no two images tie. */
  readonly sort: readonly SortOrder[];
  readonly limit: number;
  /** The id, as it is stored, of the image to go on after. That image need not be of the list. */
  readonly after: string | undefined;
}

/** A page of images, in the order asked for. */
export interface ImagesListed {
  /** Fewer than the limit when no more are left, or when their tags and properties are very large together. */
  readonly images: readonly ImageRecord[];
  /** Whether there may be more images after these. */
  readonly mayGoOn: boolean;
}
