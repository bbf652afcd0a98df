import { entityTags } from "@imagetags/contract";
import type { Precondition } from "../../images/access/permit.ts";
import type { ImageRecord } from "../../images/model/image-record.ts";
import { BadRequest } from "../bad-request.ts";
import { imageEntityTag, tagsEntityTag } from "./entity-tag.ts";
import { plainTag } from "./gzip-tag.ts";
import { toImageView } from "./image-view.ts";

/** What `If-Match` asks of an image. */
export function ifImageMatches(header: string | undefined): Precondition | undefined {
  return ifMatches(header, (image) => imageEntityTag(toImageView(image)));
}

/** What `If-Match` asks of an image's tag list. Each of its tags answers with the list's entity tag. */
export function ifTagsMatch(header: string | undefined): Precondition | undefined {
  return ifMatches(header, (image) => tagsEntityTag(image.tags));
}

/**
 * The entity tag of the representation that the caller has already by `If-None-Match`, plain or in gzip; `undefined` where
 * it has none of this.
 */
export function matchIfNoneMatch(entityTag: string, header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (header === "*") return entityTag;
  const known = entityTagsIn("If-None-Match", header);
  // A cache on the way may have weakened the tag, which makes no difference to a reader (RFC 9110, section 8.8.3.2).
  return known.map((one) => one.replace(/^W\//, "")).find((one) => plainTag(one) === entityTag);
}

function ifMatches(
  header: string | undefined,
  entityTagOf: (image: ImageRecord) => string,
): Precondition | undefined {
  if (header === undefined) return undefined;
  const wanted = entityTagsIn("If-Match", header);
  // The image is there, and `*` asks no more.
  if (header === "*") return () => true;
  const plain = new Set(wanted.map(plainTag));
  return (image) => plain.has(entityTagOf(image));
}

/** The entity tags of a list. A weak one keeps its `W/`, and so equals none of ours. */
function entityTagsIn(name: string, header: string): readonly string[] {
  const { error } = entityTags.safeParse(header);
  if (error !== undefined)
    throw new BadRequest("invalid-header", `${name} ${error.issues[0]?.message ?? "is not valid"}`);
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}
