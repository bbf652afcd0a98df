// Compiled by the type check, never run. Each `@ts-expect-error` is a change of the contract that the
// server does not follow: were it to compile, the two could drift apart.
import { glanceContract } from "@imagetags/contract";
import { initContract } from "@ts-rest/core";
import { initServer } from "@ts-rest/express";
import { z } from "zod";
import { imageTagsRoutes } from "../http/routes/image-tags.ts";
import { imagesRoutes } from "../http/routes/images.ts";
import type { ImageService } from "../images/image-service.ts";

declare const service: ImageService;
const c = initContract();
const s = initServer();
const { imageTags, images } = glanceContract;
const strict = { strictStatusCodes: true } as const;

/** The server's own implementation, to be held against changed contracts. */
const implementation = imageTagsRoutes(imageTags, service);
export const asItIs = s.router(imageTags, implementation);

const renamedParameter = c.router(
  { ...imageTags, delete: { ...imageTags.delete, path: "/v2/images/:id/tags/:tag", pathParams: z.object({ id: z.string(), tag: z.string() }) } },
  strict,
);
// @ts-expect-error A path parameter was renamed: `image_id` is not there any more.
export const parameter = s.router(renamedParameter, implementation);

const withoutSuccess = c.router(
  { ...imageTags, delete: { ...imageTags.delete, responses: { 202: c.noBody(), 404: imageTags.delete.responses[404] } } },
  strict,
);
// @ts-expect-error A status was changed: 204 is not declared any more.
export const status = s.router(withoutSuccess, implementation);

const otherBody = c.router(
  { ...imageTags, list: { ...imageTags.list, responses: { ...imageTags.list.responses, 200: z.object({ names: z.array(z.string()) }) } } },
  strict,
);
// @ts-expect-error A body was changed: the list of tags has another name.
export const body = s.router(otherBody, implementation);

const numericTag = c.router(
  { ...imageTags, delete: { ...imageTags.delete, pathParams: z.object({ image_id: z.string(), tag: z.coerce.number() }) } },
  strict,
);
// @ts-expect-error A parameter's type was changed: a tag is text.
export const parameterType = s.router(numericTag, implementation);

const oneMore = c.router({ ...imageTags, count: { method: "GET", path: "/v2/tags", responses: { 204: c.noBody() } } }, strict);
// @ts-expect-error A route was added that the server does not answer.
export const route = s.router(oneMore, implementation);

const required = c.router(
  { ...images, show: { ...images.show, responses: { ...images.show.responses, 200: images.show.responses[200].extend({ digest: z.string() }) } } },
  strict,
);
// @ts-expect-error An image was given a field that the server does not send.
export const field = s.router(required, imagesRoutes(images, service, "glance"));
