import { z } from "zod";
import { flag, text, wholeNumber, withValue } from "./query-parameters.ts";
import { codePoints, MAX_TAG_LENGTH } from "./tag.ts";

/** Of how many images a tag is taken by one move at most. */
export const MOST_MOVED_FROM = 100;

const LIMIT = "How many tags a page has at most; 25 when absent, and at most 1000.";

/** A misspelled parameter would show what it was to leave out. */
const UNKNOWN = {
  error: ({ code, keys }: { readonly code?: string; readonly keys?: readonly string[] }) =>
    code === "unrecognized_keys" ? `There is no parameter ${keys?.join(", ")} here.` : undefined,
};

/** The query of all tags: which of them, and which page. */
export const cloudTagsQuery = z.strictObject(
  {
    name: text(
      "Only the tag of this name, exactly. A `*` at its end stands for any text or none; anywhere else it is itself.",
    ).optional(),
    os_hidden: flag(
      "Whether the images are those that are hidden from lists, or the others.",
      "insensitive",
    ).optional(),
    limit: wholeNumber(LIMIT, (value) => `limit must be a whole number, not '${value}'.`)
      .refine((limit) => limit >= 0, "limit must not be negative.")
      .meta({ openapi: { type: "integer", minimum: 0, description: LIMIT } })
      .optional(),
    marker: text("The last tag of the page before; the list goes on after it, whether it is there or not.")
      .refine((marker) => codePoints(marker) <= MAX_TAG_LENGTH, {
        error: withValue(() => `marker is a tag, of at most ${MAX_TAG_LENGTH} characters.`),
      })
      .optional(),
  },
  UNKNOWN,
);

/** A tag, and the images that bear it, of those that the caller may list. */
export const cloudTag = z
  .looseObject({
    name: z.string().meta({ description: "The tag." }),
    images: z
      .int()
      .meta({ description: "How many images bear it, of those that `GET /v2/images` lists to the caller." }),
    updated_at: z.string().meta({
      description:
        "When it was last added to one of these images, or removed from one, to the microsecond, in UTC.",
    }),
  })
  .meta({ id: "CloudTag" });

/** See {@link cloudTag}. */
export type CloudTag = z.infer<typeof cloudTag>;

/** A page of tags, in the order of their code points; `next` is there when more may follow. */
export const cloudTagList = z
  .looseObject({ tags: z.array(cloudTag), first: z.string(), next: z.string().optional() })
  .meta({ id: "CloudTagList" });

/** Where a tag is to go. A misspelled `from` would ask for nothing. */
export const tagMove = z
  .strictObject({
    to: z.string().meta({ description: "The id of the image that is to bear the tag." }),
    from: z
      .string()
      .meta({ description: "The id of the image that bears it, as the caller knows; no other may." })
      .optional(),
  })
  .meta({ id: "TagMove" });

/** What a move did. */
export const movedTag = z
  .looseObject({
    tag: z.string(),
    to: z.string().meta({ description: "The id of the image that bears the tag now." }),
    from: z.array(z.string()).meta({
      description:
        "The ids of the images that it was taken from; none where `to` alone bore it already, and nothing was changed.",
    }),
  })
  .meta({ id: "MovedTag" });

/** See {@link movedTag}. */
export type MovedTag = z.infer<typeof movedTag>;
