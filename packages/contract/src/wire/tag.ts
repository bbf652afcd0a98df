import { z } from "zod";

/** The tag rules a server can be run with. Source: the two seed documents. */
export const TAG_PROFILES = ["glance", "ims"] as const;

/**
 * `glance`: any text that an image can bear. `ims`: digits, letters, `_` and `-` only, as the
 * Image Management Service documents it.
 */
export type TagProfile = (typeof TAG_PROFILES)[number];

/** The longest tag, in Unicode code points. Source: both seed documents; Glance api-ref, image tags. */
export const MAX_TAG_LENGTH = 255;

const IMS_CHARSET = /^[A-Za-z0-9_-]*$/;
const CONTROL_CHARACTER = /\p{Cc}/u;

/**
 * What is wrong with a tag, in words for its writer, or `undefined` when nothing is.
 *
 * Removal is laxer than addition in the `glance` profile: whatever is stored can be removed.
 */
export function tagProblem(tag: string, profile: TagProfile, use: "add" | "remove"): string | undefined {
  if (tag === "") return "A tag must not be empty.";
  if (tag.length > MAX_TAG_LENGTH) {
    const length = codePoints(tag);
    if (length > MAX_TAG_LENGTH) {
      return `A tag has at most ${MAX_TAG_LENGTH} characters, this one has ${length}.`;
    }
  }
  if (profile === "ims") {
    if (!IMS_CHARSET.test(tag)) {
      return "A tag can contain only digits, letters, underscores (_), and hyphens (-).";
    }
    return undefined;
  }
  if (use === "add") {
    if (!tag.isWellFormed()) return "A tag must be well-formed Unicode, this one has a lone surrogate.";
    const control = CONTROL_CHARACTER.exec(tag)?.[0];
    if (control !== undefined) {
      return `A tag must not contain control characters, this one has ${codePointName(control)}.`;
    }
  }
  return undefined;
}

/** A tag that may be added under the profile: 1 to 255 code points, well-formed, no control characters. */
export function addableTag(profile: TagProfile): z.ZodString {
  return tagSchema(profile, "add");
}

/** A tag that may be named for removal under the profile: any 1 to 255 code points. */
export function removableTag(profile: TagProfile): z.ZodString {
  return tagSchema(profile, "remove");
}

function tagSchema(profile: TagProfile, use: "add" | "remove"): z.ZodString {
  const pattern = profile === "ims" ? "^[A-Za-z0-9_-]+$" : use === "add" ? "^\\P{Cc}+$" : undefined;
  return z
    .string()
    .check((tag) => {
      const message = tagProblem(tag.value, profile, use);
      if (message !== undefined) {
        tag.issues.push({ code: "custom", input: tag.value, message, params: { rule: "tag" } });
      }
    })
    .meta({
      description: `An image tag of 1 to ${MAX_TAG_LENGTH} Unicode characters, compared exactly.`,
      minLength: 1,
      maxLength: MAX_TAG_LENGTH,
      ...(pattern === undefined ? {} : { pattern }),
    });
}

/** How many characters a text has. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
