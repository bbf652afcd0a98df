import type { Precondition } from "../images/access.ts";
import type { ImageRecord } from "../store/image-record.ts";
import { imageEntityTag, tagsEntityTag } from "./entity-tag.ts";
import { toImageView } from "./image-view.ts";

/** What `If-Match` asks of an image. */
export function ifImageMatches(header: string | undefined): Precondition | undefined {
  return ifMatches(header, (image) => imageEntityTag(toImageView(image)));
}

/** What `If-Match` asks of an image's tag list, and so of each of its tags. */
export function ifTagsMatch(header: string | undefined): Precondition | undefined {
  return ifMatches(header, (image) => tagsEntityTag(image.tags));
}

/** Whether `If-None-Match` says that the caller has this representation already. */
export function isKnown(entityTag: string, header: string | undefined): boolean {
  if (header === undefined) return false;
  // A cache on the way may have weakened it, which for a reader makes no difference (RFC 9110, section 8.8.3.2).
  return header === "*" || [...entityTagsIn(header)].some((known) => known.replace(/^W\//, "") === entityTag);
}

function ifMatches(
  header: string | undefined,
  entityTagOf: (image: ImageRecord) => string,
): Precondition | undefined {
  if (header === undefined) return undefined;
  // Asked of an image that is there.
  if (header === "*") return () => true;
  const wanted = entityTagsIn(header);
  return (image) => wanted.has(entityTagOf(image));
}

/** The entity tags of a list that fits the contract; a weak one keeps its `W/`, by which it equals none of ours. */
function entityTagsIn(header: string): ReadonlySet<string> {
  return new Set(header.match(/(?:W\/)?"[^"]*"/g));
}
