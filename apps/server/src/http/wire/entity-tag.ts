import { hash } from "node:crypto";
import type { Image } from "@imagetags/contract";

/**
 * The strong entity tag of an image as it is shown. It is made from all of the image, so two changes in one
 * instant give two tags. Source: RFC 9110, section 8.8.3.
 */
export function imageEntityTag(image: Image): string {
  // Properties may come in any order, and the tag must not depend on it.
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
