import { initContract } from "@ts-rest/core";
import { z } from "zod";
import { schemaDocument } from "../glance-schemas/schema-document.ts";
import { errorBody, changeErrors, errorResponses } from "../wire/error-body.ts";
import { tagEventList } from "../wire/tag-event.ts";
import { imageTagEventsQuery, tagEventsQuery } from "../wire/tag-event-query.ts";

const c = initContract();

/** The routes of what became of tags, which are this project's own: a plain Glance has none of them. */
export function tagEventsContract(imageId: z.ZodString) {
  return c.router(
    {
      list: {
        method: "GET",
        path: "/v2/tag-events",
        summary: "List tag events",
        description:
          "What became of the tags of the images that the caller may see, newest first, and of deleted images that the " +
          "caller's project owned. A page may have fewer events than `limit` and go on all the same: `next` says so.",
        query: tagEventsQuery,
        responses: { 200: tagEventList, ...errorResponses },
      },
      listOfImage: {
        method: "GET",
        path: "/v2/images/:image_id/tag-events",
        summary: "List tag events of an image",
        description:
          "What became of the tags of one image, newest first, in the order of its changes. Of a deleted image it is shown to " +
          "the project that owned it.",
        pathParams: z.object({ image_id: imageId }),
        query: imageTagEventsQuery,
        responses: { 200: tagEventList, ...errorResponses },
      },
      undo: {
        method: "POST",
        path: "/v2/tag-events/:event_id/undo",
        summary: "Undo tag event",
        description:
          "Brings the tag of one event back to what it was before, once: removes it when it was added, adds it when it was " +
          "removed. All rules of that hold. 409 when the tag was changed on the image since. The request body is ignored.",
        pathParams: z.object({ event_id: z.string().meta({ description: "The event's id, a UUID." }) }),
        body: c.noBody(),
        responses: { 204: c.noBody(), ...changeErrors, 409: errorBody },
      },
      schema: {
        method: "GET",
        path: "/v2/schemas/tag-event",
        summary: "Show tag event schema",
        responses: { 200: schemaDocument, ...errorResponses },
      },
      listSchema: {
        method: "GET",
        path: "/v2/schemas/tag-events",
        summary: "Show tag events schema",
        responses: { 200: schemaDocument, ...errorResponses },
      },
    },
    { strictStatusCodes: true },
  );
}
