import type { ProjectTagLimits } from "../identity/caller.ts";
import type { Policy } from "../policy/policy.ts";
import type { ImageDataStore } from "./model/image-data-store.ts";
import type { Quotas } from "./model/quotas.ts";
import type { ImageStore } from "./model/image-store.ts";

/** What use cases work with that have nothing to do with image data. */
export interface ImageRecords {
  readonly store: ImageStore;
  readonly policy: Policy;
  readonly quotas: Quotas;
  /** Who keeps other quotas of tags by project. `undefined`: nobody. */
  readonly tagLimits?: ProjectTagLimits | undefined;
}

/** What the use cases of images and tags work with. */
export interface ImageService extends ImageRecords {
  readonly data: ImageDataStore;
}
