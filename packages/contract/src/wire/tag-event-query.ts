import { z } from "zod";
import { UUID } from "../glance-schemas/schema-document.ts";
import { text, unknownNames, wholeNumber, withValue } from "./query-parameters.ts";
import { TAG_ACTIONS } from "./tag-event.ts";

const TIME = "an ISO 8601 time, of UTC unless it says otherwise";
const LIMIT = "How many events a page has at most; 25 when absent, and at most 1000.";

/** A misspelled filter would show what it was to leave out. */
const UNKNOWN = unknownNames("parameter");

const ofOneImage = {
  tag: text("Of this tag alone.").optional(),
  action: z
    .enum(TAG_ACTIONS, { error: withValue((value) => `action is added or removed, not '${value}'.`) })
    .meta({ description: "What was done." })
    .optional(),
  user_id: text("What this user did.").optional(),
  request_id: text("What was done in the request of this id; it is found sooner with `since`.").optional(),
  since: text(`Not before this: ${TIME}.`).optional(),
  until: text(`Before this: ${TIME}.`).optional(),
  limit: wholeNumber(LIMIT, (value) => `limit must be a whole number, not '${value}'.`)
    .refine((limit) => limit >= 0, "limit must not be negative.")
    .meta({ openapi: { type: "integer", minimum: 0, description: LIMIT } })
    .optional(),
  marker: text("The id of the last event of the page before.")
    .refine((marker) => UUID.test(marker), {
      error: withValue((value) => `marker is the id of an event, a UUID, not '${value}'.`),
    })
    .optional(),
};

/** The query of the events of one image. */
export const imageTagEventsQuery = z.strictObject(ofOneImage, UNKNOWN);

/** The query of the events of all images that the caller may see. All that is asked for must hold. */
export const tagEventsQuery = z.strictObject(
  { image_id: text("Of this image alone.").optional(), ...ofOneImage },
  UNKNOWN,
);

/** What a list of events is asked for, read from its query. */
export type TagEventListQuery = z.output<typeof tagEventsQuery>;
