import type { ImageListFilter } from "./image-store.ts";
import type { SortWish } from "../sort-order.ts";

/** The images that a caller asks for. What is not said gets Glance's default. */
export interface ImageQuery extends Pick<ImageListFilter, "tags" | "conditions" | "visibility"> {
  /** Lists hidden images alone, instead of those that are not hidden. */
  readonly osHidden?: boolean | undefined;
  readonly memberStatus?: ImageListFilter["memberStatus"] | undefined;
  readonly sort: SortWish;
  readonly limit?: number | undefined;
  /** The id of the last image of the page before. */
  readonly marker?: string | undefined;
}
