import type { Caller } from "../identity/caller.ts";
import type { Policy } from "../policy/policy.ts";
import type { ImageRecord } from "./model/image-record.ts";
import { isShownTo, keyFor, maySee, ruleRefusal } from "./access/permit.ts";
import { ImageError } from "./model/image-error.ts";
import type { ImageListFilter, SortOrder } from "./model/image-list-filter.ts";
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

/** Which images a list is of, whatever its order and its pages. */
export interface ListedQuery extends Omit<ImageQuery, "sort" | "limit" | "marker"> {
  readonly changedBy?: ImageListFilter["changedBy"];
}

/** Lists what the caller asks for, of the images that the caller may list. */
export async function listImages(
  service: ImageRecords,
  caller: Caller,
  query: ImageQuery,
): Promise<ImagePage> {
  requireMayList(service, caller);
  const limit = Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
  const filter = listFilter(service.policy, caller, query, sortOrder(query.sort), limit);
  return await findListed(service, caller, filter, query.marker);
}

/** Throws where the caller may list no images at all. */
export function requireMayList({ policy }: Pick<ImageRecords, "policy">, caller: Caller): void {
  if (!policy.allows("get_images", caller, proposedTarget(caller.projectId, "private"))) {
    throw ruleRefusal("get_images");
  }
}

/** What a caller asks for, with Glance's defaults, as a store takes it. */
export function listFilter(
  policy: Policy,
  caller: Caller,
  query: ListedQuery,
  sort: readonly SortOrder[],
  limit: number,
): ImageListFilter {
  const { tags, conditions, osHidden = false, visibility, memberStatus = "accepted", changedBy } = query;
  return {
    tags,
    conditions: [...conditions, { kind: "is", field: "osHidden", value: osHidden }],
    ...(changedBy === undefined ? {} : { changedBy }),
    visibility,
    memberStatus,
    projectId: caller.projectId,
    asAdmin: policy.isAdmin(caller),
    sort,
    limit,
    after: undefined,
  };
}

/** A page of a list: what comes after the marker, if there is one. */
export async function findListed(
  service: ImageRecords,
  caller: Caller,
  filter: ImageListFilter,
  marker: string | undefined,
): Promise<ImagePage> {
  const found = marker === undefined ? undefined : await findMarker(service, caller, marker);
  if (marker !== undefined && found === undefined) throw markerNotFound(marker);
  if (filter.limit === 0) return { images: [], nextMarker: undefined };
  const page = await service.store.listImages({ ...filter, after: found?.id });
  if (page === "no-marker") throw markerNotFound(marker ?? "");
  return {
    images: page.images.filter((image) => isListed(service.policy, caller, image)),
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
