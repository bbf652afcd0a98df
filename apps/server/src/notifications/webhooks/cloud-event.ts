import type { TagEvent } from "../../images/model/tag-event.ts";

/** The media type of {@link cloudEvent}. */
export const CLOUD_EVENT_TYPE = "application/cloudevents+json; charset=UTF-8";

/**
 * An event in the structured mode of CloudEvents 1.0. `publicUrl` is the URL by which callers reach the server, without a trailing
 * slash; without one `source` is a path alone. Source and subject together are the image's URL, and the data has the names that
 * the API's own events have.
 *
 * Source: CloudEvents 1.0.2, spec.md and formats/json-format.md.
 */
export function cloudEvent(event: TagEvent, publicUrl: string | undefined): string {
  return JSON.stringify({
    specversion: "1.0",
    id: event.id,
    source: `${publicUrl ?? ""}/v2/images`,
    type: `org.openstack.image.tag.${event.action}`,
    subject: event.imageId,
    time: rfc3339(event.microseconds),
    datacontenttype: "application/json",
    data: {
      image_id: event.imageId,
      tag: event.tag,
      action: event.action,
      owner: event.owner,
      project_id: event.projectId,
      user_id: event.userId,
      request_id: event.requestId,
    },
  });
}

/** `YYYY-MM-DDTHH:MM:SS.ffffffZ`, of microseconds since 1970. */
function rfc3339(microseconds: number): string {
  const within = microseconds % 1_000;
  const text = new Date((microseconds - within) / 1_000).toISOString().slice(0, 23);
  return `${text}${String(within).padStart(3, "0")}Z`;
}
