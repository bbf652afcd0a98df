import type { TagEvent as TagEventView, TagEventListQuery } from "@imagetags/contract";
import type { TagEvent } from "../../images/model/tag-event.ts";
import type { TagEventQuery } from "../../images/tag-events/list-tag-events.ts";
import { BadRequest } from "../bad-request.ts";
import { parseTime } from "./image-query/parse-time.ts";
import { toMicroseconds } from "./wire-time.ts";

/** An event as it travels. */
export function toTagEventView(event: TagEvent): TagEventView {
  return {
    id: event.id,
    time: toMicroseconds(event.microseconds),
    action: event.action,
    image_id: event.imageId,
    tag: event.tag,
    user_id: event.userId,
    project_id: event.projectId,
    roles: [...event.roles],
    request_id: event.requestId,
    application_credential_id: event.applicationCredentialId,
    trust_id: event.trustId,
  };
}

/** The query of a list of events as the domain takes it. Throws what is wrong with a time. */
export function toTagEventQuery(query: TagEventListQuery): TagEventQuery {
  const { image_id: imageId, tag, action, user_id: userId, request_id: requestId, limit, marker } = query;
  return {
    imageId,
    tag,
    action,
    userId,
    requestId,
    limit,
    marker: marker?.toLowerCase(),
    since: readTime("since", query.since),
    until: readTime("until", query.until),
  };
}

function readTime(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const span = parseTime(text);
  // No event is of a time beyond those that a number holds to the microsecond, the year 2255.
  if (span !== undefined) return Math.min(Math.max(0, Number(span.from)), Number.MAX_SAFE_INTEGER);
  throw new BadRequest(
    "invalid-query",
    `${name} must be an ISO 8601 time, such as 2031-05-09T10:20:30Z, not '${text}'.`,
  );
}
