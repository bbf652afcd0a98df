import { z } from "zod";

/** An entity tag, weak or strong, and a list of them. Source: RFC 9110, sections 5.6.1 and 8.8.3. */
const LIST = /^[ \t,]*(?:W\/)?"[^"]*"(?:[ \t]*,[ \t,]*(?:W\/)?"[^"]*")*[ \t,]*$/;

/** What `If-Match` and `If-None-Match` hold: `*`, or a list of entity tags. */
export const entityTags = z
  .string()
  .refine(
    (value) => value === "*" || LIST.test(value),
    'must be * or entity tags in quotes, such as "abc", "def"',
  );

/**
 * `If-Match` makes a change depend on the state that the caller has seen: it is made only while the entity
 * tag of the image, or for the routes of tags that of the tag list, is one of those given, and is else
 * answered 412. Source: RFC 9110, section 13.1.1.
 */
const ifMatch = entityTags
  .optional()
  .meta({ description: "Answer only while the entity tag is one of these; `*`: whatever is there." });

/** The conditions of a change. `If-None-Match` is the opposite of `If-Match`. Source: RFC 9110, section 13.1.2. */
export const changeConditions = {
  "if-match": ifMatch,
  "if-none-match": entityTags
    .optional()
    .meta({ description: "Change only what has none of these entity tags; `*`: only what is not there." }),
};

/** The conditions of a read. `If-None-Match` asks for what the caller does not have yet: else 304. */
export const readConditions = {
  "if-match": ifMatch,
  "if-none-match": entityTags
    .optional()
    .meta({ description: "Answer 304 while the entity tag is one of these." }),
};

/** Marks a route whose replies without error carry the header `ETag`. */
export const tagged = { entityTag: true } as const;
