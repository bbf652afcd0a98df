import type { Caller } from "../identity/caller.ts";
import type { Policy } from "../policy/policy.ts";
import type { ImageRecord } from "./model/image-record.ts";
import { isShownTo, keyFor, maySee, ruleRefusal } from "./access/permit.ts";
import { ImageError } from "./model/image-error.ts";
import type { ImageQuery } from "./model/image-query.ts";
import type { ImageRecords } from "./image-service.ts";
import { proposedTarget } from "./access/image-target.ts";
import { sortOrder } from "./sort-order.ts";

/** The images of a page when nothing is said. Source: Glance, `limit_param_default`. */
const DEFAULT_LIMIT = 25;
/** The most images of a page. Source: Glance, `api_limit_max`. */
const MAX_LIMIT = 1000;

/** A page of images. */
export interface ImagePage {
  readonly images: readonly ImageRecord[];
  /** The marker of the next page, when there may be one. */
  readonly nextMarker: string | undefined;
}

/** Lists what the caller asks for, of the images that the caller may list. */
export async function listImages(
  service: ImageRecords,
  caller: Caller,
  query: ImageQuery,
): Promise<ImagePage> {
  const { policy } = service;
  if (!policy.allows("get_images", caller, proposedTarget(caller.projectId, "private"))) {
    throw ruleRefusal("get_images");
  }

  const limit = Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
  const marker = query.marker === undefined ? undefined : await findMarker(service, caller, query.marker);
  if (query.marker !== undefined && marker === undefined) throw markerNotFound(query.marker);
  if (limit === 0) return { images: [], nextMarker: undefined };

  const { tags, conditions, osHidden = false, visibility, memberStatus = "accepted" } = query;
  const page = await service.store.listImages({
    tags,
    conditions: [...conditions, { kind: "is", field: "osHidden", value: osHidden }],
    visibility,
    memberStatus,
    projectId: caller.projectId,
    asAdmin: policy.isAdmin(caller),
    sort: sortOrder(query.sort),
    limit,
    after: marker?.id,
  });
  if (page === "no-marker") throw markerNotFound(query.marker ?? "");
  return {
    images: page.images.filter((image) => isListed(policy, caller, image)),
    // A rule may hide the last image or the whole page. Glance's pages have such gaps too.
    nextMarker: page.mayGoOn ? page.images.at(-1)?.id : undefined,
  };
}

/**
 * Whether an image that is shown to the caller passes `get_image` too. A shared image is shown to its members alone.
 */
function isListed(policy: Policy, caller: Caller, image: ImageRecord): boolean {
  return maySee(policy, caller, { ...image, isMember: image.visibility === "shared", record: image });
}

/**
 * The image of a marker. It may be one that `get_image` hides: a page may end with such an image. Source:
 * Glance, glance/db/sqlalchemy/api.py, `image_get_all`.
 */
async function findMarker(
  { store, policy }: ImageRecords,
  caller: Caller,
  id: string,
): Promise<ImageRecord | undefined> {
  const found = await store.findImage(keyFor(caller, id));
  return found !== undefined && isShownTo(policy, caller, found.access) ? found.image : undefined;
}

function markerNotFound(id: string): ImageError {
  return new ImageError("no-such-marker", `No image found with ID ${id}`);
}
