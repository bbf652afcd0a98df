import type { Contract, TagProfile } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import { createImage } from "../../images/create-image.ts";
import { deleteImage } from "../../images/delete-image.ts";
import type { ImageService } from "../../images/image-service.ts";
import { listImages } from "../../images/list-images.ts";
import { showImage } from "../../images/show-image.ts";
import { updateImage } from "../../images/update-image.ts";
import { toChanges } from "../image-changes.ts";
import { toDraft } from "../image-draft.ts";
import { toImageView } from "../image-view.ts";
import { jsonBody } from "../json-body.ts";
import { baseUrl } from "../base-url.ts";
import { pageLinks } from "../page-links.ts";
import { draftOf, patchBody } from "../patch-body.ts";
import { callerOf } from "../request-context.ts";

const s = initServer();

/** The routes of `contract.images`. */
export function imagesRoutes(contract: Contract["images"], service: ImageService, profile: TagProfile) {
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
    update: {
      middleware: [patchBody],
      handler: async ({ params, body, req }) => {
        const changes = toChanges(body, draftOf(req.headers["content-type"]), profile);
        const image = await updateImage(service, callerOf(req), params.image_id, changes);
        return { status: 200, body: toImageView(image) };
      },
    },
    delete: async ({ params, req }) => {
      await deleteImage(service, callerOf(req), params.image_id);
      return { status: 204, body: undefined };
    },
  });
}
