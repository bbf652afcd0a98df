import { quotasOf } from "./access/quotas-of.ts";
import type { PropertyValue } from "@imagetags/contract";
import type { Caller } from "../identity/caller.ts";
import type { Policy } from "../policy/policy.ts";
import type { Actor } from "./model/actor.ts";
import { bytesOf, type ImageEdit, type ImageFields, type ImageRecord } from "./model/image-record.ts";
import { changeKeyFor, permitFor, refuseVisibility, type Precondition } from "./access/permit.ts";
import {
  ImageError,
  imageNotFound,
  refuseImageBytes,
  refusePropertyCount,
  refuseTagCount,
} from "./model/image-error.ts";
import type { ImageRecords } from "./image-service.ts";
import type { ImageStore } from "./model/image-store.ts";
import type { Quotas } from "./model/quotas.ts";
import { imageTarget } from "./access/image-target.ts";

/** One operation of a change of an image. */
export type ImageChange =
  | { readonly kind: "fields"; readonly fields: Partial<ImageFields> }
  | { readonly kind: "tags"; readonly tags: readonly string[] }
  /** `replace` needs the property to be there, and `create` needs it not to be. `set` takes either. */
  | {
      readonly kind: "property";
      readonly name: string;
      readonly value: PropertyValue;
      readonly mode: "set" | "create" | "replace";
    }
  | { readonly kind: "remove-property"; readonly name: string };

/** Makes the changes in order, all of them or none. Returns the image as it is then. */
export async function updateImage(
  service: ImageRecords,
  actor: Actor,
  imageId: string,
  changes: readonly ImageChange[],
  precondition?: Precondition,
): Promise<ImageRecord> {
  const asked = await toStore(service, actor, imageId, changes, precondition);
  const outcome = await service.store.updateImage(...asked);
  if (outcome === "no-image") throw imageNotFound(imageId);
  return outcome;
}

/** Throws what {@link updateImage} would throw just now, and changes nothing. */
export async function rehearseUpdate(
  service: ImageRecords,
  actor: Actor,
  imageId: string,
  changes: readonly ImageChange[],
): Promise<void> {
  const outcome = await service.store.rehearseUpdate(...(await toStore(service, actor, imageId, changes)));
  if (outcome === "no-image") throw imageNotFound(imageId);
}

/** What the store is asked for a change. */
async function toStore(
  service: ImageRecords,
  actor: Actor,
  imageId: string,
  changes: readonly ImageChange[],
  precondition?: Precondition,
): Promise<Parameters<ImageStore["updateImage"]>> {
  const { policy } = service;
  const { caller } = actor;
  const adds = changes.some(({ kind }) => kind === "tags");
  const quotas = adds ? await quotasOf(service, caller) : service.quotas;
  return [
    changeKeyFor(actor, imageId, precondition),
    permitFor(policy, "modify_image", caller, imageId),
    (image) => {
      const edit = new Edit(policy, caller, image);
      for (const change of changes) {
        const refused = edit.apply(change);
        if (refused !== undefined) return refused;
      }
      return edit.finish(quotas);
    },
  ];
}

/** Collects changes, and refuses those that may not be made. */
class Edit {
  readonly #policy: Policy;
  readonly #caller: Caller;
  readonly #image: ImageRecord;
  readonly #properties: Map<string, PropertyValue>;
  #fields: Partial<ImageFields> = {};
  #tags: ReadonlySet<string> | undefined;

  constructor(policy: Policy, caller: Caller, image: ImageRecord) {
    this.#policy = policy;
    this.#caller = caller;
    this.#image = image;
    this.#properties = new Map(image.properties);
  }

  apply(change: ImageChange): ImageError | undefined {
    switch (change.kind) {
      case "fields":
        this.#fields = { ...this.#fields, ...change.fields };
        return this.#refuseFields(change.fields);
      case "tags":
        this.#tags = new Set(change.tags);
        return undefined;
      case "property": {
        const present = this.#properties.has(change.name);
        if (change.mode === "replace" && !present) return noProperty(change.name);
        if (change.mode === "create" && present) {
          return new ImageError("property-exists", `Property ${change.name} already present.`);
        }
        this.#properties.set(change.name, change.value);
        return undefined;
      }
      case "remove-property":
        return this.#properties.delete(change.name) ? undefined : noProperty(change.name);
    }
  }

  finish(quotas: Quotas): ImageEdit | ImageError {
    // Other changes of an image are possible while it is over the quota, as Glance may leave it.
    const tooMany = this.#tags === undefined ? undefined : refuseTagCount(this.#tags.size, quotas.tags);
    const edit = {
      fields: this.#fields,
      tags: this.#tags ?? new Set(this.#image.tags),
      properties: this.#properties,
    };
    const bytes = bytesOf(edit);
    const isLarger = bytes > bytesOf(this.#image);
    return (
      tooMany ??
      refusePropertyCount(this.#properties.size, quotas.properties) ??
      (isLarger ? refuseImageBytes(bytes) : undefined) ??
      edit
    );
  }

  /** Members may do less to an image's fields than to its tags. */
  #refuseFields(fields: Partial<ImageFields>): ImageError | undefined {
    // A caller who changes an image is its owner or an administrator, whom a membership does not concern.
    const access = { ...this.#image, isMember: false, record: this.#image };
    const target = imageTarget(access, this.#caller.projectId);
    const refused = refuseVisibility(this.#policy, fields.visibility, this.#caller, target);
    if (refused !== undefined) return refused;
    if (fields.owner !== undefined && !this.#policy.isAdmin(this.#caller)) {
      return new ImageError("forbidden", "Owner can't be updated by non admin.");
    }
    // Data has the formats that were set before it came. Source: Glance, glance/domain/__init__.py.
    const formats = { disk_format: fields.diskFormat, container_format: fields.containerFormat };
    for (const [name, value] of Object.entries(formats)) {
      if (value !== undefined && this.#image.status !== "queued") {
        return new ImageError("forbidden", `Attribute ${name} can be only replaced for a queued image.`);
      }
    }
    return undefined;
  }
}

function noProperty(name: string): ImageError {
  return new ImageError("no-such-property", `Property ${name} does not exist.`);
}
