import type { Contract, ImageListQuery, ServedImage } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
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
) => ServedImage[] | Promise<ServedImage[]>;

/** A list that is asked for. */
interface Asked {
  readonly caller: Caller;
  /** By the contract. */
  readonly query: ImageListQuery;
  /** The query as it was sent. */
  readonly sent: object;
  readonly url: string;
}

/** Answers a list of images. */
export async function pageOfImages(
  service: ImageRecords,
  { caller, query, sent, url }: Asked,
  show: ShowImages,
) {
  const page = await listImages(service, caller, toImageQuery(withPrototypeKey(query, sent)));
  return {
    status: 200 as const,
    body: {
      images: await show(caller, page.images),
      ...pageLinks(url, page.nextMarker),
      schema: "/v2/schemas/images",
    },
  };
}

/** The list alone of the routes of `contract.images`. */
export function imageListRoute(
  contract: Pick<Contract["images"], "list">,
  service: ImageRecords,
  show: ShowImages,
) {
  return s.router(contract, {
    list: async ({ query, req }) =>
      await pageOfImages(service, { caller: callerOf(req), query, sent: req.query, url: req.url }, show),
  });
}
