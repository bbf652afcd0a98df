import { hash } from "node:crypto";
import type { Image } from "@imagetags/contract";

/**
 * The strong entity tag of an image as it is shown. It is made from the whole of it, so that it changes
 * with every change, also with two in one instant. Source: RFC 9110, section 8.8.3.
 */
export function imageEntityTag(image: Image): string {
  // In one order: properties come in that of whoever gives them.
  return entityTag(Object.entries(image).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** The strong entity tag of an image's tag list, whose tags are sorted. */
export function tagsEntityTag(tags: readonly string[]): string {
  return entityTag(tags);
}

/** The strong entity tag of anything that JSON can hold. */
export function entityTag(representation: unknown): string {
  return `"${hash("sha256", JSON.stringify(representation), "base64url")}"`;
}
