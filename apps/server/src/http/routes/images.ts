import type { Contract, TagProfile } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import { createImage } from "../../images/create-image.ts";
import { deleteImage } from "../../images/delete-image.ts";
import type { ImageService } from "../../images/image-service.ts";
import { showImage } from "../../images/show-image.ts";
import { updateImage } from "../../images/update-image.ts";
import { toChanges } from "../wire/image-changes.ts";
import { toDraft } from "../wire/image-draft.ts";
import { toImageView } from "../wire/image-view.ts";
import { jsonBody } from "../wire/json-body.ts";
import type { BaseUrl } from "../wire/base-url.ts";
import { imageEntityTag } from "../wire/entity-tag.ts";
import { rejectQuery } from "../wire/reject-query.ts";
import { draftOf, patchBody, patchType } from "../wire/patch-body.ts";
import { imageCondition, readCondition } from "../wire/preconditions.ts";
import { pageOfImages } from "./image-list.ts";
import { mayCreate, permissionFirst } from "../pipeline/permission-first.ts";
import { actorOf, callerOf } from "../pipeline/request-context.ts";

const s = initServer();

/** The routes of `contract.images`. */
export function imagesRoutes(
  contract: Contract["images"],
  service: ImageService,
  profile: TagProfile,
  baseUrl: BaseUrl,
) {
  return s.router(contract, {
    create: {
      middleware: [mayCreate(service), jsonBody],
      handler: async ({ body, req, res }) => {
        const image = toImageView(await createImage(service, actorOf(req), toDraft(body)));
        res.setHeader("Location", `${baseUrl(req)}${image.self}`);
        res.setHeader("ETag", imageEntityTag(image));
        return { status: 201, body: image };
      },
    },
    show: async ({ params, headers, req, res }) => {
      const image = toImageView(await showImage(service, callerOf(req), params.image_id));
      const entityTag = imageEntityTag(image);
      const known = readCondition(params.image_id, entityTag, headers);
      res.setHeader("ETag", known ?? entityTag);
      if (known !== undefined) return { status: 304, body: undefined };
      return { status: 200, body: image };
    },
    list: async ({ query, req }) =>
      await pageOfImages(
        service,
        { caller: callerOf(req), query, sent: req.query, url: req.url },
        (_caller, images) => images.map((image) => toImageView(image)),
      ),
    update: {
      middleware: [patchType, permissionFirst(service, "modify_image"), patchBody],
      handler: async ({ params, headers, body, req, res }) => {
        const changes = toChanges(body, draftOf(req.headers["content-type"]), profile);
        const precondition = imageCondition(headers);
        const image = toImageView(
          await updateImage(service, actorOf(req), params.image_id, changes, precondition),
        );
        res.setHeader("ETag", imageEntityTag(image));
        return { status: 200, body: image };
      },
    },
    delete: async ({ params, headers, req }) => {
      rejectQuery(req, ` To remove one tag: DELETE /v2/images/${params.image_id}/tags/{tag}.`);
      await deleteImage(service, actorOf(req), params.image_id, imageCondition(headers));
      return { status: 204, body: undefined };
    },
  });
}
