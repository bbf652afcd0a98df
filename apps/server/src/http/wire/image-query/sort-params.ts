import { SORT_KEYS, type ImageListQuery, type SortKey } from "@imagetags/contract";
import type { SortWish } from "../../../images/sort-order.ts";
import type { SortField, SortOrder } from "../../../images/model/image-list-filter.ts";
import { BadRequest } from "../../bad-request.ts";

const FIELDS = {
  name: "name",
  status: "status",
  container_format: "containerFormat",
  disk_format: "diskFormat",
  size: "size",
  id: "id",
  created_at: "createdAt",
  updated_at: "updatedAt",
} as const satisfies Record<SortKey, SortField>;

/**
 * The sort order of a list, in either form: `sort=name:asc,size`, or `sort_key` and `sort_dir`. Source: Glance,
 * glance/api/v2/images.py, `_get_sorting_params`.
 */
export function readSort({ sort, sort_key = [], sort_dir = [] }: ImageListQuery): SortWish {
  if (sort !== undefined) {
    if (sort_key.length > 0 || sort_dir.length > 0) {
      throw new BadRequest("invalid-query", "Old and new sorting syntax cannot be combined");
    }
    const parts = sort.trim().split(",").map(splitDirection);
    return {
      fields: parts.map(([key]) => readKey(key)),
      directions: parts.map(([, direction]) => readDirection(direction)),
    };
  }
  const fields = sort_key.map(readKey);
  const directions = sort_dir.map(readDirection);
  if (directions.length > 1 && directions.length !== fields.length) {
    throw new BadRequest("invalid-query", "Number of sort dirs does not match the number of sort keys");
  }
  return { fields, directions };
}

function splitDirection(part: string): [key: string, direction: string] {
  const colon = part.indexOf(":");
  const direction = colon === -1 ? "" : part.slice(colon + 1);
  return [colon === -1 ? part : part.slice(0, colon), direction === "" ? "desc" : direction];
}

function readKey(text: string): SortField {
  const key = SORT_KEYS.find((known) => known === text.trim());
  if (key !== undefined) return FIELDS[key];
  throw new BadRequest(
    "invalid-query",
    `Invalid sort key: ${text.trim()}. It must be one of the following: ${SORT_KEYS.join(", ")}.`,
  );
}

function readDirection(text: string): SortOrder["direction"] {
  const direction = text.trim();
  if (direction === "asc" || direction === "desc") return direction;
  throw new BadRequest("invalid-query", `Invalid sort direction: ${direction}`);
}
