import type { Contract } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import { addTag } from "../../images/add-tag.ts";
import type { ImageService } from "../../images/image-service.ts";
import { removeTag } from "../../images/remove-tag.ts";
import { clearTags, replaceTags } from "../../images/replace-tags.ts";
import { checkTag, listTags } from "../../images/show-image.ts";
import { jsonBody } from "../json-body.ts";
import { callerOf } from "../request-context.ts";

const s = initServer();

/** The routes of `contract.imageTags`. */
export function imageTagsRoutes(contract: Contract["imageTags"], service: ImageService) {
  return s.router(contract, {
    delete: async ({ params, req }) => {
      await removeTag(service, callerOf(req), params.image_id, params.tag);
      return { status: 204, body: undefined };
    },
    add: async ({ params, req }) => {
      await addTag(service, callerOf(req), params.image_id, params.tag);
      return { status: 204, body: undefined };
    },
    check: async ({ params, req }) => {
      await checkTag(service, callerOf(req), params.image_id, params.tag);
      return { status: 204, body: undefined };
    },
    list: async ({ params, req }) => {
      const tags = await listTags(service, callerOf(req), params.image_id);
      return { status: 200, body: { tags: [...tags] } };
    },
    replace: {
      middleware: [jsonBody],
      handler: async ({ params, body, req }) => {
        const tags = await replaceTags(service, callerOf(req), params.image_id, body.tags);
        return { status: 200, body: { tags } };
      },
    },
    clear: async ({ params, req }) => {
      await clearTags(service, callerOf(req), params.image_id);
      return { status: 204, body: undefined };
    },
  });
}
