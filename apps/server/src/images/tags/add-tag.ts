import { changeKeyFor, permitFor, type Precondition } from "../access/permit.ts";
import { quotasOf } from "../access/quotas-of.ts";
import { requirePermission } from "../access/require-permission.ts";
import { imageNotFound, tagQuotaExceeded } from "../model/image-error.ts";
import type { ImageRecords } from "../image-service.ts";
import type { Actor } from "../model/actor.ts";

/** Adds one tag to one image. One that is there already stays, even where the quota is reached. */
export async function addTag(
  service: ImageRecords,
  actor: Actor,
  imageId: string,
  tag: string,
  precondition?: Precondition,
): Promise<void> {
  const { store, policy } = service;
  const quotas = await quotasOf(service, actor.caller, () =>
    requirePermission(service, actor.caller, imageId, "add_image_tag"),
  );
  const permit = permitFor(policy, "add_image_tag", actor.caller, imageId);
  const outcome = await store.addTag(changeKeyFor(actor, imageId, precondition), tag, quotas.tags, permit);
  if (outcome === "no-image") throw imageNotFound(imageId);
  if (typeof outcome === "object") throw tagQuotaExceeded(outcome.overQuota, quotas.tags, imageId);
}
