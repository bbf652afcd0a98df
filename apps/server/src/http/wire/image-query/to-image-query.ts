import { imageFields, imageListQuery, type ImageListQuery } from "@imagetags/contract";
import type { ImageQuery } from "../../../images/model/image-query.ts";
import type { ImageCondition } from "../../../images/model/image-list-filter.ts";
import { BadRequest } from "../../bad-request.ts";
import { readTextFilter } from "./filter-value.ts";
import { readSort } from "./sort-params.ts";
import { readTimeFilter } from "./time-filter.ts";

/** The filters on text. Glance reads lists and operators in some, and compares the others as they are written. */
const TEXTS = [
  ["id", "id", readTextFilter],
  ["name", "name", readTextFilter],
  ["status", "status", readTextFilter],
  ["container_format", "containerFormat", readTextFilter],
  ["disk_format", "diskFormat", readTextFilter],
  ["owner", "owner", asWritten],
  ["checksum", "checksum", asWritten],
  ["os_hash_algo", "osHashAlgo", asWritten],
  ["os_hash_value", "osHashValue", asWritten],
] as const;

const NUMBERS = [
  ["size", "size"],
  ["virtual_size", "virtualSize"],
  ["min_disk", "minDisk"],
  ["min_ram", "minRam"],
] as const;

const TIMES = [
  ["created_at", "createdAt"],
  ["updated_at", "updatedAt"],
] as const;

/** The query of an image list as the domain takes it. Throws what is wrong with a value. */
export function toImageQuery(query: ImageListQuery): ImageQuery {
  return {
    tags: {
      all: [...(query.tag ?? []), ...(query.tags ?? [])],
      any: query["tags-any"] ?? [],
      none: query["not-tags"] ?? [],
      notAll: query["not-tags-any"] ?? [],
    },
    conditions: [...onFields(query), ...onProperties(query)],
    osHidden: query.os_hidden,
    visibility: query.visibility,
    memberStatus: query.member_status,
    sort: readSort(query),
    limit: query.limit,
    marker: query.marker,
  };
}

/** The query with `__proto__`, which zod leaves out. It is the name of a property, like any other. */
export function withPrototypeKey(query: ImageListQuery, sent: object): ImageListQuery {
  const value: unknown = Object.getOwnPropertyDescriptor(sent, "__proto__")?.value;
  if (value === undefined) return query;
  if (typeof value !== "string") throw new BadRequest("invalid-query", "__proto__ is given more than once.");
  return Object.fromEntries([...Object.entries(query), ["__proto__", value]]);
}

function asWritten(value: string): string[] {
  return [value];
}

function* onFields(query: ImageListQuery): Generator<ImageCondition> {
  for (const [name, field, read] of TEXTS) {
    const value = query[name];
    if (value !== undefined) yield { kind: "one-of", field, values: read(value) };
  }
  for (const [name, field] of NUMBERS) {
    const value = query[name];
    const least = query[`${name}_min`];
    const most = query[`${name}_max`];
    if (value !== undefined) yield { kind: "equals", field, value };
    if (least !== undefined) yield { kind: "at-least", field, value: least };
    if (most !== undefined) yield { kind: "at-most", field, value: most };
  }
  for (const [name, field] of TIMES) {
    const value = query[name];
    if (value !== undefined) yield* readTimeFilter(name, field, value);
  }
  if (query.protected !== undefined) yield { kind: "is", field: "protected", value: query.protected };
}

/** A parameter that the list does not know is the name of a property. */
function* onProperties(query: ImageListQuery): Generator<ImageCondition> {
  for (const [name, value] of Object.entries(query)) {
    if (Object.hasOwn(imageListQuery.shape, name)) continue;
    if (name === "changes-since") {
      throw new BadRequest("invalid-query", 'The "changes-since" filter is no longer available on v2.');
    }
    // Glance lists no deleted image, whatever this parameter says.
    if (name === "deleted") continue;
    const field = /^(.+)_m(?:in|ax)$/.exec(name)?.[1];
    if (field !== undefined && Object.hasOwn(imageFields, field)) {
      throw new BadRequest(
        "invalid-query",
        `Unable to filter on a range of '${field}', which is no number: ${name}=${String(value)}.`,
      );
    }
    yield { kind: "property", name, value: String(value) };
  }
}
