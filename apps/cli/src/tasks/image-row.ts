import type { Image } from "@imagetags/client";
import type { Row, Value } from "../output/row.ts";

/** An image as it is printed. Tags are sorted: servers give them in any order. */
export function imageRow(image: Image): Row {
  const { id, name, status, visibility, owner, tags, ...rest } = image;
  return {
    id,
    name: name ?? null,
    status,
    visibility,
    owner: owner ?? null,
    tags: tags.toSorted(),
    // An assignment would lose a property `__proto__`.
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, jsonValue(value)])),
  };
}

/** Further properties are text by the API, but a server may send anything. */
function jsonValue(value: unknown): Value {
  if (
    value === null ||
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean"
  ) {
    return value;
  }
  return JSON.stringify(value) ?? null;
}
