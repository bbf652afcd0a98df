import { entityTags } from "@imagetags/contract";
import { preconditionFailed, type Precondition } from "../../images/access/permit.ts";
import type { ImageRecord } from "../../images/model/image-record.ts";
import { BadRequest } from "../bad-request.ts";
import { imageEntityTag, tagsEntityTag } from "./entity-tag.ts";
import { plainTag } from "./gzip-tag.ts";
import { toImageView } from "./image-view.ts";

/** The conditions of a request, as they stand in its headers. */
interface Conditions {
  readonly "if-match"?: string | undefined;
  readonly "if-none-match"?: string | undefined;
}

/** What a change of an image asks of it. */
export function imageCondition(headers: Conditions): Precondition | undefined {
  return conditionOf(headers, (image) => imageEntityTag(toImageView(image)));
}

/** What a change of an image's tag list asks of it. */
export function tagsCondition(headers: Conditions): Precondition | undefined {
  return conditionOf(headers, (image) => tagsEntityTag(image.tags));
}

/** What a change of one tag asks. It has the list's entity tag; `If-None-Match: *` is about the tag itself. */
export function tagCondition(headers: Conditions, tag: string): Precondition | undefined {
  return conditionOf(
    headers,
    (image) => tagsEntityTag(image.tags),
    (image) => image.tags.includes(tag),
  );
}

function conditionOf(
  { "if-match": match, "if-none-match": noneMatch }: Conditions,
  entityTagOf: (image: ImageRecord) => string,
  isThere: (image: ImageRecord) => boolean = () => true,
): Precondition | undefined {
  if (match === undefined && noneMatch === undefined) return undefined;
  const wanted = match === undefined ? undefined : namedBy("If-Match", match);
  const unwanted = noneMatch === undefined ? undefined : namedBy("If-None-Match", noneMatch);
  const holds = (image: ImageRecord): boolean =>
    (wanted === undefined || wanted === "*" || wanted.has(entityTagOf(image))) &&
    (unwanted === undefined || !(unwanted === "*" ? isThere(image) : unwanted.has(entityTagOf(image))));
  return Object.assign(holds, { asked: match === undefined ? "If-None-Match" : "If-Match" });
}

/**
 * Holds a read to its conditions. Throws where `If-Match` names something else. Gives the entity tag of the
 * representation that the caller has already by `If-None-Match`, and `undefined` where it has none of this.
 */
export function readCondition(imageId: string, entityTag: string, headers: Conditions): string | undefined {
  const match = headers["if-match"];
  if (match !== undefined) {
    const wanted = namedBy("If-Match", match);
    if (wanted !== "*" && !wanted.has(entityTag)) throw preconditionFailed(imageId, "If-Match");
  }
  return matchIfNoneMatch(entityTag, headers["if-none-match"]);
}

/** The entity tag, plain or of the form in gzip, by which `If-None-Match` names this representation. */
export function matchIfNoneMatch(entityTag: string, header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (header === "*") return entityTag;
  const known = entityTagsIn("If-None-Match", header);
  return known.map(strong).find((one) => plainTag(one) === entityTag);
}

/** Whether a plan of this hash is one of those that `If-Match` names; `undefined` without the header. */
export function planCondition({ "if-match": match }: Conditions): ((hash: string) => boolean) | undefined {
  if (match === undefined) return undefined;
  const wanted = namedBy("If-Match", match);
  return (hash) => wanted === "*" || wanted.has(`"${hash}"`);
}

/** Everything, or these plain entity tags. */
type Named = "*" | ReadonlySet<string>;

function namedBy(name: "If-Match" | "If-None-Match", header: string): Named {
  if (header === "*") return "*";
  const tags = entityTagsIn(name, header);
  return new Set((name === "If-Match" ? tags : tags.map(strong)).map(plainTag));
}

/** A cache on the way may have weakened a tag, which makes no difference to `If-None-Match` (RFC 9110, section 8.8.3.2). */
function strong(entityTag: string): string {
  return entityTag.replace(/^W\//, "");
}

/** The entity tags of a list. A weak one keeps its `W/`, and so equals none of ours. */
function entityTagsIn(name: string, header: string): readonly string[] {
  const { error } = entityTags.safeParse(header);
  if (error !== undefined)
    throw new BadRequest("invalid-header", `${name} ${error.issues[0]?.message ?? "is not valid"}`);
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}
