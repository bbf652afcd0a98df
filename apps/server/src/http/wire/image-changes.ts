import {
  imageFields,
  propertyProblem,
  settableMembers,
  type ImagePatch,
  type TagProfile,
} from "@imagetags/contract";
import { ImageError } from "../../images/model/image-error.ts";
import type { ImageChange } from "../../images/update-image.ts";
import { BadRequest } from "../bad-request.ts";
import { refuseLocations } from "./location-operation.ts";
import { reasonOf } from "../invalid-request.ts";

/** The form of a patch. In the old one, an operation adds only what is not there yet. */
export type PatchDraft = "v2.0" | "v2.1";

/** Source: Glance, glance/api/v2/images.py, `_readonly_properties`. */
const READ_ONLY = new Set([
  "created_at",
  "updated_at",
  "status",
  "checksum",
  "size",
  "virtual_size",
  "direct_url",
  "self",
  "file",
  "schema",
  "id",
  "os_hash_algo",
  "os_hash_value",
]);

/** The fields that may be changed, by their names on the wire. */
export const CHANGEABLE_FIELDS = new Map([
  ["name", "name"],
  ["visibility", "visibility"],
  ["owner", "owner"],
  ["protected", "protected"],
  ["os_hidden", "osHidden"],
  ["disk_format", "diskFormat"],
  ["container_format", "containerFormat"],
  ["min_disk", "minDisk"],
  ["min_ram", "minRam"],
] as const);

/** The operations of a patch as changes of an image. Throws at the first that cannot be one. */
export function toChanges(patch: ImagePatch, draft: PatchDraft, profile: TagProfile): ImageChange[] {
  return patch.map((operation) => {
    const refused = refuseLocations(operation);
    if (refused !== undefined) throw refused;
    const name = nameOf(operation.path);
    if (READ_ONLY.has(name)) throw new ImageError("read-only-attribute", `Attribute '${name}' is read-only.`);
    refuseReserved(name);
    if (operation.op === "remove") {
      if (Object.hasOwn(imageFields, name))
        throw new ImageError("forbidden", `Property ${name} may not be removed.`);
      return { kind: "remove-property", name };
    }
    const { op, value } = operation;
    if (value === undefined)
      throw new BadRequest("invalid-body", `Operation "${op}" requires a member named "value".`);
    if (Object.hasOwn(imageFields, name) && op === "add" && draft === "v2.0") {
      throw new ImageError("property-exists", `Property ${name} already present.`);
    }
    return toChange(name, value, op === "replace" ? "replace" : draft === "v2.0" ? "create" : "set", profile);
  });
}

function toChange(
  name: string,
  value: unknown,
  mode: "set" | "create" | "replace",
  profile: TagProfile,
): ImageChange {
  const members = settableMembers[profile];
  if (!Object.hasOwn(members.shape, name)) return toPropertyChange(name, value, mode);
  const { data, error } = members.safeParse({ [name]: value });
  if (data === undefined) {
    const issue = error.issues[0] ?? { path: [name], message: "not valid" };
    const message = `Invalid ${issue.path.join(".")}: ${issue.message}`;
    throw new BadRequest(reasonOf(issue, "invalid-body"), message);
  }
  if (name === "tags") return { kind: "tags", tags: data.tags ?? [] };
  for (const [field, key] of CHANGEABLE_FIELDS) {
    if (field === name) return { kind: "fields", fields: { [key]: data[field] } };
  }
  throw new Error(`Nobody knows how to change ${name}.`);
}

function toPropertyChange(name: string, value: unknown, mode: "set" | "create" | "replace"): ImageChange {
  const problem = propertyProblem(name, value);
  if (problem !== undefined) throw new BadRequest("invalid-body", `Invalid ${name}: ${problem}`);
  return { kind: "property", name, value: typeof value === "string" ? value : null, mode };
}

/** Source: Glance, glance/api/v2/images.py, `_reserved_properties` and `_reserved_namespaces`. */
export function refuseReserved(name: string): void {
  if (["location", "locations", "deleted", "deleted_at"].includes(name) || name.startsWith("os_glance_")) {
    throw new ImageError("forbidden", `Attribute '${name}' is reserved.`);
  }
}

/** The name in a JSON pointer (RFC 6901) one level deep. */
function nameOf(pointer: string): string {
  if (!pointer.startsWith("/"))
    throw new BadRequest("invalid-body", `Pointer \`${pointer}\` does not start with "/".`);
  const token = pointer.slice(1);
  if (token === "" || token.includes("/")) {
    throw new BadRequest("invalid-body", `Invalid JSON pointer for this resource: '${pointer}'`);
  }
  if (/~(?![01])/.test(token)) {
    throw new BadRequest(
      "invalid-body",
      `Pointer \`${pointer}\` contains "~" not part of a recognized escape sequence.`,
    );
  }
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}
