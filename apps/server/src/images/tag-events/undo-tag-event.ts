import { tagProblem, UUID, type TagProfile } from "@imagetags/contract";
import { changeKeyFor, needsWholeImage, permitFor } from "../access/permit.ts";
import { quotasOf } from "../access/quotas-of.ts";
import { requirePermission } from "../access/require-permission.ts";
import type { ImageRecords } from "../image-service.ts";
import type { Actor } from "../model/actor.ts";
import { ImageError, imageNotFound, tagQuotaExceeded } from "../model/image-error.ts";
import { maySeeEvent } from "./tag-event-access.ts";

/** Brings the tag of an event back to what it was before, by the rules of adding or removing it. */
export async function undoTagEvent(
  service: ImageRecords,
  actor: Actor,
  eventId: string,
  profile: TagProfile,
): Promise<void> {
  const { store, policy } = service;
  const { caller } = actor;
  if (!UUID.test(eventId)) throw noSuchEvent(eventId);
  const found = await store.walkTagEvents({
    id: eventId,
    limit: 1,
    projectId: caller.projectId,
    withRecords: needsWholeImage(policy, ["get_tag_events"]),
  });
  if (found.source === "glance") {
    throw new ImageError("no-tag-history", "The database records no events of tags: nothing can be undone.");
  }
  const [walked] = found.events;
  if (walked === undefined || !maySeeEvent(policy, caller, walked)) throw noSuchEvent(eventId);
  const { imageId, tag, action } = walked.event;
  const rule = action === "added" ? "delete_image_tag" : "add_image_tag";
  const quotas = await quotasOf(service, caller, () => requirePermission(service, caller, imageId, rule));
  const permit = permitFor(policy, rule, caller, imageId);
  const problem = tagProblem(tag, profile, action === "added" ? "remove" : "add");
  const invalid = problem === undefined ? undefined : new ImageError("invalid-tag", problem);
  const key = { ...changeKeyFor(actor, imageId), ...(invalid && { precondition: () => invalid }) };
  const outcome = await store.undoTagEvent(key, walked.event, quotas.tags, permit);
  if (outcome === "no-image") throw imageNotFound(imageId);
  if (outcome === "changed") {
    throw new ImageError(
      "tag-changed-since",
      `The tag ${tag} of image ${imageId} was changed since it was ${action} there by event ${eventId}, or the event was undone.`,
    );
  }
  if (typeof outcome === "object") throw tagQuotaExceeded(outcome.overQuota, quotas.tags, imageId);
}

function noSuchEvent(eventId: string): ImageError {
  return new ImageError("no-such-tag-event", `There is no event ${eventId}.`);
}
