import { z } from "zod";

/** What may become of a tag. */
export const TAG_ACTIONS = ["added", "removed"] as const;

/** One of {@link TAG_ACTIONS}. */
export type TagAction = (typeof TAG_ACTIONS)[number];

const nullableText = (description: string) => z.string().nullable().meta({ description });

/** What became of a tag of an image, and by whom. Times are `YYYY-MM-DDTHH:MM:SS.ffffffZ`. */
export const tagEvent = z
  .looseObject({
    id: z.string().meta({ description: "The event's id, a UUID, by which it is undone." }),
    time: z.string().meta({ description: "When it was done, to the microsecond, in UTC." }),
    action: z.enum(TAG_ACTIONS),
    image_id: z.string(),
    tag: z.string(),
    user_id: nullableText("Who did it; `null` where that is not known."),
    project_id: nullableText("The project that the token was scoped to."),
    roles: z.array(z.string()).meta({ description: "The roles by which it was done." }),
    request_id: nullableText("The `X-Openstack-Request-Id` of the request."),
    application_credential_id: nullableText("The application credential that the token was made from."),
    trust_id: nullableText("The trust that the token was made from."),
  })
  .meta({ id: "TagEvent" });

/** See {@link tagEvent}. */
export type TagEvent = z.infer<typeof tagEvent>;

/** Where events are known from. */
const source = z.enum(["events", "glance"]).meta({
  description:
    "`events`: each change wrote one. `glance`: the database records none, and this is what the rows of its tags " +
    "tell: when each came and went, not by whom.",
});

/** A page of events, newest first; `next` is there when more may follow. Links are relative to the endpoint. */
export const tagEventList = z
  .looseObject({
    tag_events: z.array(tagEvent),
    source,
    first: z.string(),
    next: z.string().optional(),
    schema: z.string(),
  })
  .meta({ id: "TagEventList" });

/** See {@link tagEventList}. */
export type TagEventList = z.infer<typeof tagEventList>;
