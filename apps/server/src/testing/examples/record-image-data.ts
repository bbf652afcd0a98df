import { DATA_MEDIA_TYPE } from "@imagetags/contract";
import { makeImage } from "../api.ts";
import { beginUpload, READY, untilStatus } from "../upload.ts";
import { ask } from "../api.ts";
import { EXAMPLE_IDS } from "./example-ids.ts";
import type { ExampleRecorder } from "./example-recorder.ts";

const { debian12, debian13, absent } = EXAMPLE_IDS;
const path = { image_id: debian12 };
const data = { type: DATA_MEDIA_TYPE, body: "the bytes of a disk" };

/** Records how data comes and goes, and how an image is deactivated. */
export async function recordImageData(recorder: ExampleRecorder): Promise<void> {
  await recorder.done("imageData.download", "none-yet", "The image has no data yet", { path });
  await recorder.refused("imageData.upload", "unsupported-media-type", {
    path,
    ...data,
    type: "text/plain",
  });
  await recorder.done("imageData.upload", "uploaded", "The image is active", { path, ...data });
  await recorder.refused("imageData.upload", "image-not-queued", { path, ...data });
  const bare = { image_id: await makeImage(recorder.server) };
  await recorder.refused("imageData.upload", "formats-missing", { path: bare, ...data });
  await recorder.refused("imageData.upload", "no-such-image", { path: { image_id: absent }, ...data });
  recorder.keepError("imageData.upload", "image-gone", await uploadOfDeleted(recorder));

  await recorder.done("imageData.download", "whole", "All of the data", { path });
  const part = { path, headers: { Range: "bytes=4-8" } };
  await recorder.done("imageData.download", "part", "Five bytes of it", part);
  const beyond = { path, headers: { Range: "bytes=100-" } };
  await recorder.refused("imageData.download", "range-not-satisfiable", beyond);
  await recorder.refused("imageData.download", "no-such-image", { path: { image_id: absent } });

  const admin = { path, as: "ADMIN" } as const;
  const queued = { ...admin, path: { image_id: debian13 } };
  await recorder.done("imageActions.deactivate", "deactivated", "The data is kept from others", admin);
  await recorder.refused("imageActions.deactivate", "forbidden", queued);
  await recorder.refused("imageData.download", "forbidden", { path });
  await recorder.done("imageActions.reactivate", "reactivated", "The image is active again", admin);
  await recorder.refused("imageActions.reactivate", "forbidden", queued);
}

/** The reply to an upload whose image is deleted in its midst. */
async function uploadOfDeleted({ server }: ExampleRecorder): Promise<{ status: number; body: string }> {
  const imageId = await makeImage(server, READY);
  const begun = beginUpload(server, imageId, { length: 10 });
  begun.request.write("hello");
  await untilStatus(server, imageId, "saving");
  await ask(server, "DELETE", `/v2/images/${imageId}`);
  begun.request.end("world");
  return await begun.reply;
}
