import type { Caller } from "../../identity/caller.ts";
import { proposedTarget } from "../access/image-target.ts";
import { ruleRefusal } from "../access/permit.ts";
import { seesAllListed } from "../access/sees-all-listed.ts";
import type { ImageRecords } from "../image-service.ts";
import type { CloudTagsListed } from "../model/cloud-tag.ts";
import { forbidden, ImageError } from "../model/image-error.ts";

/** How many tags a page has when nothing is said, and at most: as many as there may be images. */
const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 1_000;

/** Which tags a caller asks for. */
export interface CloudTagQuery {
  /** A tag; one that ends with `*`: those that begin with what stands before that. */
  readonly name?: string | undefined;
  /** Whether the images are hidden ones. */
  readonly osHidden?: boolean | undefined;
  readonly limit?: number | undefined;
  /** The last tag of the page before. */
  readonly marker?: string | undefined;
}

/** Lists the tags of the images that the caller may list, with how many of those bear each. */
export async function listCloudTags(
  { store, policy }: ImageRecords,
  caller: Caller,
  { name = "*", osHidden = false, limit = DEFAULT_LIMIT, marker }: CloudTagQuery,
): Promise<CloudTagsListed> {
  if (!policy.allows("get_images", caller, proposedTarget(caller.projectId, "private"))) {
    throw ruleRefusal("get_images");
  }
  // Images that a rule hides one by one are not to be counted, nor their tags named.
  if (!seesAllListed(policy, caller)) throw forbidden("get_image");
  if (limit === 0) return { tags: [], next: undefined };
  const page = await store.listCloudTags({
    name: name.endsWith("*") ? { begins: name.slice(0, -1) } : { is: name },
    limit: Math.min(limit, MAX_LIMIT),
    after: marker,
    // A list of images without another filter has the same.
    conditions: [{ kind: "is", field: "osHidden", value: osHidden }],
    visibility: undefined,
    memberStatus: "accepted",
    projectId: caller.projectId,
    asAdmin: policy.isAdmin(caller),
  });
  if (page !== "no-marker") return page;
  throw new ImageError("no-such-marker", `No tag can be ${JSON.stringify(marker)}.`);
}
