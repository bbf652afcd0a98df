import { locationsProblem, type ImagePatch } from "@imagetags/contract";
import { ImageError } from "../../images/model/image-error.ts";
import { BadRequest } from "../bad-request.ts";

/** The names in a pointer to locations, and Glance's word for the operation. */
const OPERATIONS = {
  add: { depth: 2, verb: "add" },
  remove: { depth: 2, verb: "remove" },
  replace: { depth: 1, verb: "update" },
} as const;

/**
 * The refusal of an operation on an image's locations; `undefined` for any other operation. A Glance answers so
 * that shows no locations, which is its default. Source: Glance, glance/api/v2/images.py, `_path_depth_limits`,
 * `_do_add_locations` and its neighbours.
 */
export function refuseLocations(operation: ImagePatch[number]): Error | undefined {
  const { op, path } = operation;
  const names = path.slice(1).split("/");
  if (!path.startsWith("/") || names[0] !== "locations") return undefined;
  const { depth, verb } = OPERATIONS[op];
  if (names.length !== depth) {
    return new BadRequest("invalid-body", `Invalid JSON pointer for this resource: '${path}'`);
  }
  const problem =
    op === "remove" ? undefined : locationsProblem(op === "add" ? [operation.value] : operation.value);
  if (problem !== undefined) return new BadRequest("invalid-body", `Invalid locations: ${problem}`);
  return new ImageError("forbidden", `It's not allowed to ${verb} locations if locations are invisible.`);
}
