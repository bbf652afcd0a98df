import { initContract } from "@ts-rest/core";
import { errorBody, changeErrors } from "../wire/error-body.ts";
import { entityTags, tagged } from "../wire/preconditions.ts";
import type { TagProfile } from "../wire/tag.ts";
import { tagPlan, tagPlanRequest } from "../wire/tag-plan.ts";

const c = initContract();

/** The changes of many images at once, which are this project's own: a plain Glance answers 404. */
export function tagActionsContract(profile: TagProfile) {
  return c.router(
    {
      run: {
        method: "POST",
        path: "/v2/tag-actions",
        summary: "Change tags of many images",
        description:
          "Removes and adds tags on up to 1,000 images in one transaction, or tells what that would do (`dry_run`), oldest " +
          "image first. Doing it takes the entity tag of the plan in `If-Match`: 428 without, and 412 when anything else " +
          "would be done by now; `*` does whatever is to be done. What is refused on an image is told of it, and the others " +
          "are done. `next` is the `marker` of the rest.",
        headers: {
          "if-match": entityTags.optional().meta({
            description:
              "The entity tag of the plan that is to be carried out; `*`: whatever the plan is by now.",
          }),
        },
        body: tagPlanRequest(profile),
        responses: { 200: tagPlan, ...changeErrors, 409: errorBody, 412: errorBody, 428: errorBody },
        metadata: tagged,
      },
    },
    { strictStatusCodes: true },
  );
}
