import { quotasOf } from "./access/quotas-of.ts";
import { randomUUID } from "node:crypto";
import type { PropertyValue, Visibility } from "@imagetags/contract";
import type { Caller } from "../identity/caller.ts";
import type { Policy } from "../policy/policy.ts";
import type { Actor } from "./model/actor.ts";
import { bytesOf, type ImageRecord } from "./model/image-record.ts";
import type { Usage } from "./model/image-store.ts";
import { ruleRefusal, refuseVisibility } from "./access/permit.ts";
import { proposedTarget } from "./access/image-target.ts";
import {
  ImageError,
  refuseImageBytes,
  refuseImageCount,
  refusePropertyCount,
  refuseTagCount,
} from "./model/image-error.ts";
import type { ImageRecords, ImageService } from "./image-service.ts";

/** What may be said of a new image. The rest gets Glance's defaults. */
export interface ImageDraft {
  readonly id: string | undefined;
  readonly name: string | null;
  /** `undefined`: the caller's project. Only an admin may name another. */
  readonly owner: string | null | undefined;
  readonly visibility: Visibility;
  readonly protected: boolean;
  readonly osHidden: boolean;
  readonly diskFormat: string | null;
  readonly containerFormat: string | null;
  readonly minDisk: number;
  readonly minRam: number;
  readonly tags: readonly string[];
  readonly properties: ReadonlyMap<string, PropertyValue>;
}

/** Refuses callers who may make no image at all. Only the image itself tells whether the others may. */
export function requireMayCreate({ policy }: ImageRecords, caller: Caller): void {
  if (policy.refusesAny("add_image", caller)) throw ruleRefusal("add_image");
}

/** Makes an image without data. A tag named twice counts once. */
export async function createImage(
  service: ImageService,
  actor: Actor,
  draft: ImageDraft,
): Promise<ImageRecord> {
  const { store, policy } = service;
  const { caller } = actor;
  const quotas = await quotasOf(service, caller);
  const owner = draft.owner === undefined ? caller.projectId : draft.owner;
  const tags = [...new Set(draft.tags)];
  const refused =
    refuseToAdd(policy, caller, owner, draft.visibility) ??
    refuseVisibility(policy, draft.visibility, caller, proposedTarget(owner, draft.visibility)) ??
    refuseTagCount(tags.length, quotas.tags) ??
    refusePropertyCount(draft.properties.size, quotas.properties) ??
    refuseImageBytes(bytesOf({ tags, properties: draft.properties }));
  if (refused !== undefined) throw refused;

  const id = draft.id?.toLowerCase() ?? randomUUID();
  const image = {
    ...draft,
    id,
    owner,
    tags,
    status: "queued",
    size: null,
    virtualSize: null,
    checksum: null,
    osHashAlgo: null,
    osHashValue: null,
  };
  const admit = ({ images }: Usage) => refuseImageCount(images, quotas.images);
  const made = await store.createImage(image, quotas.images < 0 ? undefined : admit, actor);
  if (made === "id-taken") throw new ImageError("image-id-taken", `Image ID ${id} already exists!`);
  return made;
}

/**
 * Why a caller may not make an image for this owner; `undefined` when they may. Only an administrator makes one
 * for another project, whatever the rule says. Source: Glance, glance/api/v2/policy.py, `add_image` and
 * `check_admin_or_same_owner`.
 */
export function refuseToAdd(
  policy: Policy,
  caller: Caller,
  owner: string | null,
  visibility: Visibility,
): ImageError | undefined {
  const isOwn = owner === caller.projectId;
  const allowed = policy.allows("add_image", caller, proposedTarget(owner, visibility));
  if (allowed && (isOwn || policy.isAdmin(caller))) return undefined;
  if (isOwn) return ruleRefusal("add_image");
  return new ImageError("forbidden", `You are not permitted to create images owned by '${owner}'`);
}
