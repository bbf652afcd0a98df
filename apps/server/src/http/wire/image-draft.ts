import { imageFields, type ImageCreate, type PropertyValue } from "@imagetags/contract";
import type { ImageDraft } from "../../images/create-image.ts";
import { ImageError } from "../../images/model/image-error.ts";
import { CHANGEABLE_FIELDS, refuseReserved } from "./image-changes.ts";

/** The fields that a creation may set. */
const SETTABLE: ReadonlySet<string> = new Set(["id", "tags", ...CHANGEABLE_FIELDS.keys()]);

/** Shown by Glance alone, and never set. Source: Glance, glance/api/v2/images.py, `_disallowed_properties`. */
const NEVER_SET: ReadonlySet<string> = new Set(["direct_url", "stores"]);

/** The body of a creation as the domain takes it. Source of the defaults: Glance api-ref, "Create image". */
export function toDraft(body: ImageCreate): ImageDraft {
  const properties = new Map<string, PropertyValue>();
  for (const [name, value] of Object.entries(body)) {
    if (SETTABLE.has(name)) continue;
    if (Object.hasOwn(imageFields, name) || NEVER_SET.has(name)) {
      throw new ImageError("read-only-attribute", `Attribute '${name}' is read-only.`);
    }
    refuseReserved(name);
    properties.set(name, typeof value === "string" ? value : null);
  }
  return {
    id: body.id,
    name: body.name ?? null,
    owner: body.owner,
    visibility: body.visibility ?? "shared",
    protected: body.protected ?? false,
    osHidden: body.os_hidden ?? false,
    diskFormat: body.disk_format ?? null,
    containerFormat: body.container_format ?? null,
    minDisk: body.min_disk ?? 0,
    minRam: body.min_ram ?? 0,
    tags: body.tags ?? [],
    properties,
  };
}
