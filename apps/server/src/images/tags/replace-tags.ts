import { changeKeyFor, permitFor, type Precondition } from "../access/permit.ts";
import { quotasOf } from "../access/quotas-of.ts";
import { imageNotFound, refuseTagCount } from "../model/image-error.ts";
import type { ImageRecords } from "../image-service.ts";
import type { Actor } from "../model/actor.ts";

/** A replacement may add and may remove, so both must be allowed. */
export const REPLACE_RULES = ["delete_image_tag", "add_image_tag"] as const;

/** Makes these the tags of an image, all at once. Returns them, each once and sorted. */
export async function replaceTags(
  service: ImageRecords,
  actor: Actor,
  imageId: string,
  tags: readonly string[],
  precondition?: Precondition,
): Promise<string[]> {
  const { store, policy } = service;
  const quotas = await quotasOf(service, actor.caller);
  const wanted = new Set(tags);
  const permit = permitFor(policy, REPLACE_RULES, actor.caller, imageId);
  const key = changeKeyFor(actor, imageId, precondition);
  const tooMany = refuseTagCount(wanted.size, quotas.tags, imageId);
  const outcome = await store.replaceTags(
    // A failed precondition is told first: the caller's knowledge of the image is old.
    tooMany === undefined ? key : { ...key, precondition: (image) => key.precondition?.(image) ?? tooMany },
    wanted,
    permit,
  );
  if (outcome === "no-image") throw imageNotFound(imageId);
  return [...wanted].toSorted();
}

/** Removes every tag of an image, if it has any. */
export async function clearTags(
  { store, policy }: ImageRecords,
  actor: Actor,
  imageId: string,
  precondition?: Precondition,
): Promise<void> {
  const permit = permitFor(policy, "delete_image_tag", actor.caller, imageId);
  const outcome = await store.replaceTags(changeKeyFor(actor, imageId, precondition), new Set(), permit);
  if (outcome === "no-image") throw imageNotFound(imageId);
}
