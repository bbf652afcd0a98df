import { initContract } from "@ts-rest/core";
import { z } from "zod";
import { errorBody, changeErrors, errorResponses } from "../wire/error-body.ts";

const c = initContract();

/** The one media type of image data, in and out. */
export const DATA_MEDIA_TYPE = "application/octet-stream";

/** What a client may send as the data of an image. */
export type DataToSend = Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;

/** Image data on its way through a server, chunk by chunk. */
export type DataInTransit = AsyncIterable<Uint8Array>;

/** A body of bytes. It is never parsed, so its schema only names the types on either side. */
const sentToServer: z.ZodType<DataInTransit, DataToSend> = z.custom<never>();
const sentToClient: z.ZodType<Blob, DataInTransit> = z.custom<never>();
const range = z.string().optional().meta({
  description: "Answer only this part: `bytes=0-99`, `bytes=100-` or, the last hundred, `bytes=-100`.",
});
const ifRange = z.string().optional().meta({
  description:
    "Data has no entity tag, so it is never the same as this: with this header `range` is ignored.",
});
const data = c.otherResponse({ contentType: DATA_MEDIA_TYPE, body: sentToClient });

/** The routes of an image's data. Source: Glance api-ref, "Image data". */
export function imageDataContract(imageId: z.ZodString) {
  const pathParams = z.object({ image_id: imageId });
  return c.router(
    {
      upload: {
        method: "PUT",
        path: "/v2/images/:image_id/file",
        summary: "Upload image data",
        description:
          "Gives a queued image its data, once: the image is `saving` meanwhile and `active` afterwards, with " +
          "`size`, `checksum` (MD5) and `os_hash_value` (SHA-512). Its `disk_format` and `container_format` must " +
          "have been set. An upload that breaks off leaves the image `queued`.",
        pathParams,
        body: sentToServer,
        responses: {
          204: c.noBody(),
          ...changeErrors,
          409: errorBody,
          410: errorBody,
          415: errorBody,
        },
        metadata: { requestType: DATA_MEDIA_TYPE },
      },
      download: {
        method: "GET",
        path: "/v2/images/:image_id/file",
        summary: "Download image data",
        description:
          "Answers the data of an image, or 204 while it has none. A part is answered 206. `Content-MD5` is the " +
          "image's `checksum`, in hexadecimal.",
        pathParams,
        headers: { range, "if-range": ifRange },
        responses: {
          200: data,
          204: c.noBody(),
          206: data,
          ...errorResponses,
          409: errorBody,
          416: errorBody,
        },
      },
    },
    { strictStatusCodes: true },
  );
}
