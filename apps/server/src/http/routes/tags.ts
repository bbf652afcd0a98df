import type { Contract } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import { addTag } from "../../images/tags/add-tag.ts";
import type { ImageRecords } from "../../images/image-service.ts";
import { removeTag } from "../../images/tags/remove-tag.ts";
import { clearTags, REPLACE_RULES, replaceTags } from "../../images/tags/replace-tags.ts";
import { checkTag, listTags } from "../../images/show-image.ts";
import { tagsEntityTag } from "../wire/entity-tag.ts";
import { errorReply } from "../errors.ts";
import { rejectQuery } from "../wire/reject-query.ts";
import { jsonBody } from "../wire/json-body.ts";
import { readCondition, tagCondition, tagsCondition } from "../wire/preconditions.ts";
import { permissionFirst } from "../pipeline/permission-first.ts";
import { actorOf, callerOf } from "../pipeline/request-context.ts";

const s = initServer();

/** The routes of `contract.imageTags`. */
export function imageTagsRoutes(contract: Contract["imageTags"], service: ImageRecords) {
  return s.router(contract, {
    delete: async ({ params, headers, req }) => {
      const precondition = tagCondition(headers, params.tag);
      const outcome = await removeTag(service, actorOf(req), params.image_id, params.tag, precondition);
      return outcome === "removed"
        ? { status: 204, body: undefined }
        : errorReply(outcome.reason, outcome.message);
    },
    add: async ({ params, headers, req }) => {
      const precondition = tagCondition(headers, params.tag);
      await addTag(service, actorOf(req), params.image_id, params.tag, precondition);
      return { status: 204, body: undefined };
    },
    check: async ({ params, headers, req, res }) => {
      const tags = await checkTag(service, callerOf(req), params.image_id, params.tag);
      const entityTag = tagsEntityTag(tags);
      const known = readCondition(params.image_id, entityTag, headers);
      res.setHeader("ETag", known ?? entityTag);
      return { status: known === undefined ? 204 : 304, body: undefined };
    },
    list: async ({ params, headers, req, res }) => {
      const tags = await listTags(service, callerOf(req), params.image_id);
      const entityTag = tagsEntityTag(tags);
      const known = readCondition(params.image_id, entityTag, headers);
      res.setHeader("ETag", known ?? entityTag);
      if (known !== undefined) return { status: 304, body: undefined };
      return { status: 200, body: { tags: [...tags] } };
    },
    replace: {
      middleware: [permissionFirst(service, REPLACE_RULES), jsonBody],
      handler: async ({ params, headers, body, req, res }) => {
        const precondition = tagsCondition(headers);
        const tags = await replaceTags(service, actorOf(req), params.image_id, body.tags, precondition);
        res.setHeader("ETag", tagsEntityTag(tags));
        return { status: 200, body: { tags } };
      },
    },
    clear: async ({ params, headers, req }) => {
      rejectQuery(req, ` To remove one tag: DELETE /v2/images/${params.image_id}/tags/{tag}.`);
      await clearTags(service, actorOf(req), params.image_id, tagsCondition(headers));
      return { status: 204, body: undefined };
    },
  });
}
