import { quotasOf } from "../access/quotas-of.ts";
import type { ImageRecords } from "../image-service.ts";
import { findListed, listFilter, requireMayList, type ListedQuery } from "../list-images.ts";
import type { Actor } from "../model/actor.ts";
import { ImageError } from "../model/image-error.ts";
import type { SortOrder } from "../model/image-list-filter.ts";
import type { ManyTagsChange, PlannedExchange } from "../model/tag-plan.ts";
import { planHash } from "./plan-hash.ts";
import { refuseExchange } from "./refuse-exchange.ts";

/** What is to become of the tags of the images that a list has. */
export interface TagPlanWish {
  readonly remove: ReadonlySet<string>;
  readonly add: ReadonlySet<string>;
  readonly where: ListedQuery;
  /** How many images at most. */
  readonly limit: number;
  /** The image to go on after. */
  readonly marker?: string | undefined;
}

/** What is to be done to which image, or what was done, and where the rest begins. */
export interface TagPlan {
  readonly images: readonly PlannedExchange[];
  /** See {@link planHash}. */
  readonly hash: string;
  readonly nextMarker: string | undefined;
}

/** Oldest first: images that are made meanwhile come after the others, and no change of tags moves one. */
const OLDEST_FIRST: readonly SortOrder[] = [
  { field: "createdAt", direction: "asc" },
  { field: "id", direction: "asc" },
];

/** Tells what would be done. */
export async function planTags(service: ImageRecords, actor: Actor, wish: TagPlanWish): Promise<TagPlan> {
  const { change, nextMarker } = await prepare(service, actor, wish);
  const images = await service.store.planTags(change);
  return { images, hash: planHash(images), nextMarker };
}

/** Does it, in one transaction, as long as it is what `agrees` takes by its hash. */
export async function carryOutPlan(
  service: ImageRecords,
  actor: Actor,
  wish: TagPlanWish,
  agrees: (hash: string) => boolean,
): Promise<TagPlan> {
  const { change, nextMarker } = await prepare(service, actor, wish);
  const images = await service.store.changeManyTags(change, (plan) =>
    agrees(planHash(plan)) ? undefined : planChanged(),
  );
  return { images, hash: planHash(images), nextMarker };
}

/** The error where something else is to be done than was agreed. */
export function planChanged(): ImageError {
  return new ImageError(
    "plan-changed",
    "By now something else would be done than the plan that If-Match names: the images or their tags were changed meanwhile.",
  );
}

/** Finds the images that are concerned. They are looked at once more within the transaction. */
async function prepare(
  service: ImageRecords,
  { caller, requestId }: Actor,
  { remove, add, where, limit, marker }: TagPlanWish,
): Promise<{ readonly change: ManyTagsChange; readonly nextMarker: string | undefined }> {
  requireMayList(service, caller);
  const filter = listFilter(service.policy, caller, concerned(where, remove, add), OLDEST_FIRST, limit);
  const { images, nextMarker } = await findListed(service, caller, filter, marker);
  const change = {
    imageIds: images.map(({ id }) => id),
    filter,
    remove,
    add,
    decide: refuseExchange(service.policy, caller),
    quota: add.size === 0 ? service.quotas.tags : (await quotasOf(service, caller)).tags,
    actor: { caller, requestId },
  };
  return { change, nextMarker };
}

/** Only images of which something would be changed. Those that bear a tag are found from an index. */
function concerned(where: ListedQuery, remove: ReadonlySet<string>, add: ReadonlySet<string>): ListedQuery {
  const removed = [...remove];
  if (add.size === 0 && where.tags.any.length === 0)
    return { ...where, tags: { ...where.tags, any: removed } };
  return { ...where, changedBy: { remove: removed, add: [...add] } };
}
