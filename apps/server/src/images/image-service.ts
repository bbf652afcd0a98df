import type { ImageStore } from "../store/image-store.ts";

/** What the use cases of images and tags work with. */
export interface ImageService {
  readonly store: ImageStore;
  /** How many different tags an image may bear; negative: any number. */
  readonly tagQuota: number;
}
