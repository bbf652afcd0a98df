import { z } from "zod";
import { boundedList } from "./bounds.ts";
import { errorReason } from "./error-body.ts";
import { imageFilters } from "./image-list-query.ts";
import { MOST_FILTER_VALUES } from "./query-parameters.ts";
import { addableTag, removableTag, type TagProfile } from "./tag.ts";

/** How many images one call plans for, and changes, at most. */
export const MOST_PLANNED_IMAGES = 1_000;

/** How many tags a call removes at most, and how many it adds: as many as an image has by default. */
const MOST_TAGS = MOST_FILTER_VALUES;

/**
 * What is to become of the tags of many images. On each image that `where` finds, the tags of `remove` are removed and those
 * of `add` are added; an image on which that changes nothing is left out.
 */
export function tagPlanRequest(profile: TagProfile) {
  return z
    .strictObject({
      remove: boundedList(removableTag(profile), MOST_TAGS).optional(),
      add: boundedList(addableTag(profile), MOST_TAGS).optional(),
      where: imageFilters.meta({
        description: "The filters of a list of images, by the same names; `{}`: all that such a list has.",
      }),
      dry_run: z.boolean().optional().meta({ description: "Only tell what would be done." }),
      limit: z
        .int()
        .min(1)
        .max(MOST_PLANNED_IMAGES)
        .optional()
        .meta({ description: `How many images at most; ${MOST_PLANNED_IMAGES} when absent.` }),
      marker: z.string().optional().meta({ description: "What `next` was in the reply before." }),
    })
    .check(({ value: { remove = [], add = [] }, issues }) => {
      if (remove.length + add.length === 0) {
        issues.push({ code: "custom", input: remove, message: "Name a tag in remove or in add." });
      }
      const added = new Set(add);
      const both = remove.find((tag) => added.has(tag));
      if (both === undefined) return;
      const message = `The tag ${JSON.stringify(both)} stands in remove and in add.`;
      issues.push({ code: "custom", input: both, message });
    });
}

/** See {@link tagPlanRequest}. */
export type TagPlanRequest = z.output<ReturnType<typeof tagPlanRequest>>;

/** Why nothing is done to an image. */
const refusal = z.looseObject({
  reason: errorReason,
  message: z.string(),
});

/**
 * What becomes of one image: the tags that it loses and those that it gains. All of it is done or, where a part of it is
 * refused, none.
 */
export const plannedImage = z.looseObject({
  id: z.string(),
  name: z.string().nullable(),
  remove: z.array(z.string()),
  add: z.array(z.string()),
  refused: refusal
    .optional()
    .meta({ description: "Why nothing is done to this image, in the terms of an error." }),
});

/** See {@link plannedImage}. */
export type PlannedImage = z.infer<typeof plannedImage>;

/** What would be done, or what was done. */
export const tagPlan = z
  .looseObject({
    plan: z.string().meta({
      description: "The hash of what is to be done to which image: in quotes it is the entity tag of `ETag`.",
    }),
    dry_run: z.boolean(),
    images: z.array(plannedImage),
    next: z.string().optional().meta({ description: "The `marker` of the rest; absent when there is none." }),
  })
  .meta({ id: "TagPlan" });

/** See {@link tagPlan}. */
export type TagPlan = z.infer<typeof tagPlan>;
