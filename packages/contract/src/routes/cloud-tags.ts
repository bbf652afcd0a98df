import { initContract } from "@ts-rest/core";
import { z } from "zod";
import { cloudTagList, cloudTagsQuery, MOST_MOVED_FROM, movedTag, tagMove } from "../wire/cloud-tag.ts";
import { errorBody, changeErrors, errorResponses } from "../wire/error-body.ts";
import { addableTag, type TagProfile } from "../wire/tag.ts";

const c = initContract();

/** The routes of tags across images, which are this project's own: a plain Glance has none of them. */
export function cloudTagsContract(profile: TagProfile) {
  return c.router(
    {
      list: {
        method: "GET",
        path: "/v2/tags",
        summary: "List tags",
        description:
          "Every tag that an image bears which the caller may list, in the order of code points, with how many do. A page may " +
          "have fewer tags than `limit` and go on all the same: `next` says so.",
        query: cloudTagsQuery,
        responses: { 200: cloudTagList, ...errorResponses },
      },
      move: {
        method: "POST",
        path: "/v2/tags/:tag/move",
        summary: "Move tag",
        description:
          "Has the image `to` alone bear the tag, of the images of the project that owns it: takes the tag from whichever bear " +
          "it, and adds it to `to`, all at once, so that no list ever has two of them or none. With `from`, 409 when that " +
          "image does not bear the tag or another one does. 404 when none bears it. Each image's own rules hold, and where " +
          `one of them is refused nothing is done. At most ${MOST_MOVED_FROM} images may lose the tag.`,
        pathParams: z.object({ tag: addableTag(profile) }),
        body: tagMove,
        responses: { 200: movedTag, ...changeErrors, 409: errorBody },
      },
    },
    { strictStatusCodes: true },
  );
}
