import { initContract } from "@ts-rest/core";
import { z } from "zod";
import { errorBody, changeErrors, errorResponses } from "../wire/error-body.ts";
import { newTagList, tagList } from "../wire/image.ts";
import { changeConditions, readConditions, tagged } from "../wire/preconditions.ts";
import { addableTag, removableTag, type TagProfile } from "../wire/tag.ts";

const c = initContract();

/**
 * The routes of an image's tags, the removal of one first.
 *
 * Sources: OpenStack Glance, "Delete image tag"; Image Management Service, "Deleting a Tag (Native
 * OpenStack API)"; for the tag collection, API-SIG guideline "Tags".
 */
export function imageTagsContract(imageId: z.ZodString, profile: TagProfile) {
  const stored = removableTag(profile);
  const added = addableTag(profile);
  return c.router(
    {
      delete: {
        method: "DELETE",
        path: "/v2/images/:image_id/tags/:tag",
        summary: "Delete image tag",
        description:
          "Removes one tag from one image, once: of any number of requests exactly one is answered 204, " +
          "the others 404. The request body is ignored.",
        pathParams: z.object({ image_id: imageId, tag: stored }),
        headers: changeConditions,
        responses: { 204: c.noBody(), ...changeErrors, 412: errorBody },
      },
      add: {
        method: "PUT",
        path: "/v2/images/:image_id/tags/:tag",
        summary: "Add image tag",
        description:
          "Adds one tag to an image. A tag that is there already stays. The request body is ignored.",
        pathParams: z.object({ image_id: imageId, tag: added }),
        headers: changeConditions,
        body: c.noBody(),
        responses: { 204: c.noBody(), ...changeErrors, 409: errorBody, 412: errorBody },
      },
      check: {
        method: "GET",
        path: "/v2/images/:image_id/tags/:tag",
        summary: "Check image tag",
        description:
          "Answers 204 when the image bears the tag and 404 when it does not. `ETag` is that of the tag list.",
        pathParams: z.object({ image_id: imageId, tag: stored }),
        headers: readConditions,
        responses: { 204: c.noBody(), 304: c.noBody(), ...errorResponses, 412: errorBody },
        metadata: tagged,
      },
      list: {
        method: "GET",
        path: "/v2/images/:image_id/tags",
        summary: "List image tags",
        pathParams: z.object({ image_id: imageId }),
        headers: readConditions,
        responses: { 200: tagList, 304: c.noBody(), ...errorResponses, 412: errorBody },
        metadata: tagged,
      },
      replace: {
        method: "PUT",
        path: "/v2/images/:image_id/tags",
        summary: "Replace image tags",
        description: "Makes these the tags of the image, all at once. A tag named twice counts once.",
        pathParams: z.object({ image_id: imageId }),
        headers: changeConditions,
        body: newTagList(added),
        responses: { 200: tagList, ...changeErrors, 409: errorBody, 412: errorBody },
        metadata: tagged,
      },
      clear: {
        method: "DELETE",
        path: "/v2/images/:image_id/tags",
        summary: "Delete all image tags",
        description: "Removes every tag of an image; also answered 204 when there was none.",
        pathParams: z.object({ image_id: imageId }),
        headers: changeConditions,
        responses: { 204: c.noBody(), ...changeErrors, 412: errorBody },
      },
    },
    { strictStatusCodes: true },
  );
}
