import type { Caller } from "../identity/caller.ts";
import { allows } from "../policy/rules.ts";
import type { ImageRecord } from "../store/image-record.ts";
import { refusal } from "./access.ts";
import { ImageError } from "./image-error.ts";
import type { ImageService } from "./image-service.ts";
import { findVisible } from "./show-image.ts";

/** How many images a page has when nothing is said. Source: Glance, `limit_param_default`. */
const DEFAULT_LIMIT = 25;
/** How many images a page has at most. Source: Glance, `api_limit_max`. */
const MAX_LIMIT = 1000;

/** Which images to list. */
export interface ImageQuery {
  /** An image must bear all of them. */
  readonly tags?: readonly string[] | undefined;
  readonly limit?: number | undefined;
  /** The id of the last image of the page before. */
  readonly marker?: string | undefined;
}

/** A page of images. */
export interface ImagePage {
  readonly images: readonly ImageRecord[];
  /** The marker of the next page, when there may be one. */
  readonly nextMarker: string | undefined;
}

/** Lists the images the caller may list, newest first. */
export async function listImages(
  service: ImageService,
  caller: Caller,
  query: ImageQuery,
): Promise<ImagePage> {
  const own = { owner: caller.projectId, visibility: "private", isMember: false } as const;
  if (!allows("get_images", caller, own)) throw refusal("get_images");

  const limit = Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
  const marker = query.marker === undefined ? undefined : await findVisible(service, caller, query.marker);
  if (query.marker !== undefined && marker === undefined) {
    throw new ImageError("marker-not-found", `No image found with ID ${query.marker}`);
  }
  if (limit === 0) return { images: [], nextMarker: undefined };

  const images = await service.store.listImages({
    tags: query.tags ?? [],
    projectId: caller.projectId,
    asAdmin: caller.roles.has("admin"),
    limit,
    after: marker?.id,
  });
  return { images, nextMarker: images.length === limit ? images.at(-1)?.id : undefined };
}
