import { TAG_ACTIONS } from "../wire/tag-event.ts";
import { collectionSchema, UUID_PATTERN, type SchemaDocument } from "./schema-document.ts";

const textOrNull = (description: string) => ({ type: ["string", "null"], description });

/** The document `/v2/schemas/tag-event`, in the form of Glance's. */
export const tagEventSchema: SchemaDocument = {
  name: "tag_event",
  properties: {
    id: { type: "string", description: "An identifier for the event", pattern: UUID_PATTERN },
    time: { type: "string", description: "Date and time of the change, to the microsecond" },
    action: { type: "string", description: "What became of the tag", enum: TAG_ACTIONS },
    image_id: { type: "string", description: "An identifier for the image" },
    tag: { type: "string", maxLength: 255, description: "The tag" },
    user_id: textOrNull("The user who made the change"),
    project_id: textOrNull("The project that the user's token was scoped to"),
    roles: { type: "array", items: { type: "string" }, description: "The roles of that token" },
    request_id: textOrNull("The id of the request"),
    application_credential_id: textOrNull("The application credential that the token was made from"),
    trust_id: textOrNull("The trust that the token was made from"),
  },
};

/** The document `/v2/schemas/tag-events`. */
export const tagEventsSchema: SchemaDocument = collectionSchema("tag_events", tagEventSchema, [
  "first",
  "next",
  "schema",
]);
