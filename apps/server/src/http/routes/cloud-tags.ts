import type { CloudTag as CloudTagView, Contract } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import type { ImageRecords } from "../../images/image-service.ts";
import type { CloudTag } from "../../images/model/cloud-tag.ts";
import { listCloudTags } from "../../images/tags/list-cloud-tags.ts";
import { moveTag } from "../../images/tags/move-tag.ts";
import { mayMoveTags } from "../pipeline/permission-first.ts";
import { actorOf, callerOf } from "../pipeline/request-context.ts";
import { jsonBody } from "../wire/json-body.ts";
import { pageLinks } from "../wire/page-links.ts";
import { toMicroseconds } from "../wire/wire-time.ts";

const s = initServer();

/** The routes of `contract.cloudTags`. */
export function cloudTagsRoutes(contract: Contract["cloudTags"], service: ImageRecords) {
  return s.router(contract, {
    list: async ({ query: { os_hidden: osHidden, ...query }, req }) => {
      const { tags, next } = await listCloudTags(service, callerOf(req), { ...query, osHidden });
      return { status: 200, body: { tags: tags.map(toView), ...pageLinks(req.url, next) } };
    },
    move: {
      middleware: [mayMoveTags(service), jsonBody],
      handler: async ({ params: { tag }, body, req }) => {
        const { to, from } = await moveTag(service, actorOf(req), { tag, ...body });
        return { status: 200, body: { tag, to, from: [...from] } };
      },
    },
  });
}

function toView({ name, images, changed }: CloudTag): CloudTagView {
  return { name, images, updated_at: toMicroseconds(changed) };
}
