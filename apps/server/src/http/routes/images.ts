import type { Contract } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import { createImage } from "../../images/create-image.ts";
import { deleteImage } from "../../images/delete-image.ts";
import type { ImageService } from "../../images/image-service.ts";
import { listImages } from "../../images/list-images.ts";
import { showImage } from "../../images/show-image.ts";
import { toDraft } from "../image-draft.ts";
import { toImageView } from "../image-view.ts";
import { jsonBody } from "../json-body.ts";
import { baseUrl } from "../base-url.ts";
import { pageLinks } from "../page-links.ts";
import { callerOf } from "../request-context.ts";

const s = initServer();

/** The routes of `contract.images`. */
export function imagesRoutes(
  contract: Contract["images"],
  service: ImageService,
) {
  return s.router(contract, {
    create: {
      middleware: [jsonBody],
      handler: async ({ body, req, res }) => {
        const image = toImageView(await createImage(service, callerOf(req), toDraft(body)));
        res.setHeader("Location", `${baseUrl(req)}${image.self}`);
        return { status: 201, body: image };
      },
    },
    show: async ({ params, req }) => {
      const image = await showImage(service, callerOf(req), params.image_id);
      return { status: 200, body: toImageView(image) };
    },
    list: async ({ query, req }) => {
      const page = await listImages(service, callerOf(req), {
        tags: query.tag,
        limit: query.limit,
        marker: query.marker,
      });
      return {
        status: 200,
        body: {
          images: page.images.map(toImageView),
          ...pageLinks(req.url, page.nextMarker),
          schema: "/v2/schemas/images",
        },
      };
    },
    delete: async ({ params, req }) => {
      await deleteImage(service, callerOf(req), params.image_id);
      return { status: 204, body: undefined };
    },
  });
}
