import type { ImageNow } from "../../images/model/outbox.ts";
import type { Parcel } from "../destination.ts";

/**
 * The notification of a change, as Glance sends `image.update` by the driver `messagingv2`: envelope 2.0, with the image as it is
 * now. Where Glance sends no context this has who made the change. A change that is sent again has the same ids, so that
 * oslo.messaging passes over the second where it comes soon.
 *
 * Source: Glance, glance/notifier.py; oslo.messaging, notify/notifier.py, _drivers/amqp.py and _drivers/common.py.
 */
export function glanceNotification([event]: Parcel, now: ImageNow, publisher: string): string {
  return JSON.stringify({
    "oslo.version": "2.0",
    "oslo.message": JSON.stringify({
      message_id: event.id,
      publisher_id: publisher,
      event_type: "image.update",
      priority: "INFO",
      payload: payloadOf(now),
      timestamp: pythonTime(event.microseconds),
      _unique_id: event.id.replaceAll("-", ""),
      _context_user_id: event.userId,
      _context_project_id: event.projectId,
      _context_request_id: event.requestId,
    }),
  });
}

function payloadOf({ image, deletedAt }: ImageNow): Readonly<Record<string, unknown>> {
  return {
    id: image.id,
    name: image.name,
    status: image.status,
    created_at: wholeSeconds(image.createdAt),
    updated_at: wholeSeconds(image.updatedAt),
    min_disk: image.minDisk,
    min_ram: image.minRam,
    protected: image.protected,
    checksum: image.checksum,
    owner: image.owner,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    size: image.size,
    virtual_size: image.virtualSize,
    is_public: image.visibility === "public",
    visibility: image.visibility,
    properties: Object.fromEntries(image.properties),
    tags: image.tags,
    deleted: deletedAt !== null,
    deleted_at: deletedAt === null ? null : wholeSeconds(deletedAt),
  };
}

/** `YYYY-MM-DDTHH:MM:SSZ`. */
function wholeSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** `YYYY-MM-DD HH:MM:SS.ffffff` as Python writes it, which leaves a fraction of zero out. */
function pythonTime(microseconds: number): string {
  const fraction = microseconds % 1_000_000;
  const text = new Date((microseconds - fraction) / 1_000).toISOString().slice(0, 19).replace("T", " ");
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, "0")}`;
}
