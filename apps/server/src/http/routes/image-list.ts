import type { Contract, ImageListQuery, ServedImage } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import type { Request } from "express";
import type { Caller } from "../../identity/caller.ts";
import type { ImageRecords } from "../../images/image-service.ts";
import { listImages } from "../../images/list-images.ts";
import type { ImageRecord } from "../../images/model/image-record.ts";
import { callerOf } from "../pipeline/request-context.ts";
import { toImageQuery, withPrototypeKey } from "../wire/image-query/to-image-query.ts";
import { pageLinks } from "../wire/page-links.ts";

const s = initServer();

/** How images look to a caller. */
export type ShowImages = (
  caller: Caller,
  images: readonly ImageRecord[],
) => readonly ServedImage[] | Promise<readonly ServedImage[]>;

/** Answers a list of images. */
export async function pageOfImages(
  service: ImageRecords,
  query: ImageListQuery,
  request: Request,
  show: ShowImages,
) {
  const wanted = toImageQuery(withPrototypeKey(query, request.query));
  const caller = callerOf(request);
  const page = await listImages(service, caller, wanted);
  return {
    status: 200,
    body: {
      images: [...(await show(caller, page.images))],
      ...pageLinks(request.url, page.nextMarker),
      schema: "/v2/schemas/images",
    },
  } as const;
}

/** The list alone of the routes of `contract.images`. */
export function imageListRoute(
  contract: Pick<Contract["images"], "list">,
  service: ImageRecords,
  show: ShowImages,
) {
  return s.router(contract, {
    list: ({ query, req }) => pageOfImages(service, query, req, show),
  });
}
