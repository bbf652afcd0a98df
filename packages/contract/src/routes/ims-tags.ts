import { initContract } from "@ts-rest/core";
import { z } from "zod";
import { boundedList } from "../wire/bounds.ts";
import { changeErrors } from "../wire/error-body.ts";

const c = initContract();

/** How long key and value may be where tags are deleted; those that are added have at most 36 and 43 characters. */
const LONGEST_KEY = 127;
const LONGEST_VALUE = 255;

/** Far more than an image bears, which is 10. */
const MOST_TAGS = 100;

/** A tag as the Image Management Service has it: an image bears each key once. The value may be empty. */
const imsTag = z.object({
  key: z.string().min(1).max(LONGEST_KEY),
  value: z.string().max(LONGEST_VALUE),
});

/** See {@link imsTag}. */
export type ImsTag = z.infer<typeof imsTag>;

/**
 * The Image Management Service's own call for several tags of one image, which no server of this project has. The OpenStack paths
 * take a key alone there.
 *
 * Source: Image Management Service, API Reference, "Adding or Deleting Image Tags in a Batch".
 */
export const imsTagsContract = c.router(
  {
    act: {
      method: "POST",
      path: "/v2/:project_id/images/:image_id/tags/action",
      summary: "Add or delete image tags in a batch",
      description:
        "Adds tags to an image, or deletes them. A tag takes the place of one of the same key; to delete one that is not " +
        "there succeeds.",
      pathParams: z.object({ project_id: z.string(), image_id: z.string() }),
      body: z.object({
        action: z.enum(["create", "delete"]),
        tags: boundedList(imsTag, MOST_TAGS),
      }),
      responses: { 204: c.noBody(), ...changeErrors },
      metadata: { idempotent: true },
    },
  },
  { strictStatusCodes: true },
);
