import type { Contract } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import { findData } from "../../images/data/download-data.ts";
import type { ImageService } from "../../images/image-service.ts";
import { uploadData } from "../../images/data/upload-data.ts";
import { parseRange } from "../wire/byte-range.ts";
import { refuseStore } from "../wire/refuse-store.ts";
import { dataBody } from "../wire/data-body.ts";
import { callerOf } from "../pipeline/request-context.ts";

const s = initServer();

/** The routes of `contract.imageData`. */
export function imageDataRoutes(contract: Contract["imageData"], service: ImageService) {
  return s.router(contract, {
    upload: {
      middleware: [refuseStore, dataBody],
      handler: async ({ params, body, req }) => {
        const length = req.headers["content-length"];
        const size = length === undefined ? undefined : Number(length);
        await uploadData(service, callerOf(req), params.image_id, body, size);
        return { status: 204, body: undefined };
      },
    },
    download: async ({ params, headers, req, res }) => {
      const found = await findData(service, callerOf(req), params.image_id);
      if (found === undefined) return { status: 204, body: undefined };
      const { size, checksum, open } = found;
      // Only GET knows ranges (RFC 9110, section 14.2). Nothing that If-Range may name is this data, which has no entity tag.
      const asked = req.method === "GET" && headers["if-range"] === undefined ? headers.range : undefined;
      const range = asked === undefined ? undefined : parseRange(asked, size);
      const data = await open(range);
      if (checksum !== null) res.setHeader("Content-MD5", checksum);
      if (range === undefined) {
        res.setHeader("Content-Length", size);
        return { status: 200, body: data };
      }
      res.setHeader("Content-Range", `bytes ${range.first}-${range.last}/${size}`);
      res.setHeader("Content-Length", range.last - range.first + 1);
      return { status: 206, body: data };
    },
  });
}
