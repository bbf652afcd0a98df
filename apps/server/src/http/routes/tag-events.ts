import { tagEventSchema, tagEventsSchema, type Contract, type TagProfile } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import type { ImageRecords } from "../../images/image-service.ts";
import {
  listTagEvents,
  listTagEventsOfImage,
  type TagEventPage,
} from "../../images/tag-events/list-tag-events.ts";
import { actorOf, callerOf } from "../pipeline/request-context.ts";
import { undoTagEvent } from "../../images/tag-events/undo-tag-event.ts";
import { pageLinks } from "../wire/page-links.ts";
import { toTagEventQuery, toTagEventView } from "../wire/tag-event-view.ts";

const s = initServer();

/** The routes of `contract.tagEvents`. */
export function tagEventsRoutes(contract: Contract["tagEvents"], service: ImageRecords, profile: TagProfile) {
  return s.router(contract, {
    list: async ({ query, req }) => {
      const page = await listTagEvents(service, callerOf(req), toTagEventQuery(query));
      return { status: 200, body: toBody(req.url, page) };
    },
    listOfImage: async ({ params, query, req }) => {
      const wanted = toTagEventQuery(query);
      const page = await listTagEventsOfImage(service, callerOf(req), params.image_id, wanted);
      return { status: 200, body: toBody(req.url, page) };
    },
    undo: async ({ params, req }) => {
      await undoTagEvent(service, actorOf(req), params.event_id.toLowerCase(), profile);
      return { status: 204, body: undefined };
    },
    schema: async () => ({ status: 200, body: tagEventSchema }),
    listSchema: async () => ({ status: 200, body: tagEventsSchema }),
  });
}

function toBody(url: string, { events, source, nextMarker }: TagEventPage) {
  return {
    tag_events: events.map(toTagEventView),
    source,
    ...pageLinks(url, nextMarker),
    schema: "/v2/schemas/tag-events",
  };
}
