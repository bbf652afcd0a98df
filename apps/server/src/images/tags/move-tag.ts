import { MOST_MOVED_FROM } from "@imagetags/contract";
import type { Caller } from "../../identity/caller.ts";
import { changeKeyFor, permitFor, ruleRefusal } from "../access/permit.ts";
import { quotasOf } from "../access/quotas-of.ts";
import { requirePermission } from "../access/require-permission.ts";
import type { ImageRecords } from "../image-service.ts";
import type { Actor } from "../model/actor.ts";
import { ImageError, imageNotFound, notFoundMessages, tagQuotaExceeded } from "../model/image-error.ts";

/** Which tag is to go where, by ids. Without `from`: from whichever images of the project of `to` bear it. */
export interface MoveAsked {
  readonly tag: string;
  readonly to: string;
  readonly from?: string | undefined;
}

/** Throws where the rules let the caller move a tag between no images at all. */
export function requireMayMoveTags({ policy }: ImageRecords, caller: Caller): void {
  for (const rule of ["add_image_tag", "delete_image_tag"] as const) {
    if (policy.refusesAny(rule, caller)) throw ruleRefusal(rule);
  }
}

/** How many images a message names at most. */
const NAMED = 3;

/**
 * Has one image bear a tag in the place of all others of its project, by the rules of adding it there and of removing it from
 * each of the others. Resolves with the ids of the image and of those that bore it.
 */
export async function moveTag(
  service: ImageRecords,
  actor: Actor,
  { tag, to, from }: MoveAsked,
): Promise<{ readonly to: string; readonly from: readonly string[] }> {
  const { store, policy } = service;
  const { caller } = actor;
  const quotas = await quotasOf(service, caller, () =>
    requirePermission(service, caller, to, "add_image_tag"),
  );
  const moved = await store.moveTag({
    tag,
    to: changeKeyFor(actor, to),
    from: from === undefined ? undefined : changeKeyFor(actor, from),
    quota: quotas.tags,
    mayAdd: permitFor(policy, "add_image_tag", caller, to),
    mayRemove: (imageId) => permitFor(policy, "delete_image_tag", caller, imageId),
  });
  switch (moved.outcome) {
    case "moved":
      return moved;
    case "no-image":
      throw imageNotFound(moved.imageId);
    case "over-quota":
      throw tagQuotaExceeded(moved.overQuota, quotas.tags, to);
    case "no-tag":
      throw new ImageError(
        "no-such-tag",
        `No image of the project that owns ${to} bears the tag ${tag}: there is nothing to move.`,
      );
    case "not-on-source":
      throw new ImageError(
        "tag-not-on-source",
        `${notFoundMessages.tag(from ?? to, tag)} Nothing was moved.`,
      );
    case "on-others": {
      const named = moved.images.toSorted().slice(0, NAMED).join(", ");
      const more = moved.images.length > NAMED ? ", and others" : "";
      throw new ImageError(
        "tag-on-others",
        `Besides ${from ?? to}, the tag ${tag} is on ${named}${more}. Nothing was moved.`,
      );
    }
    case "too-many":
      throw new ImageError(
        "too-many-bearers",
        `More than ${MOST_MOVED_FROM} images of the project bear the tag ${tag}. Nothing was moved.`,
      );
  }
}
