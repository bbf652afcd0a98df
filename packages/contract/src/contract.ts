import { initContract } from "@ts-rest/core";
import { z } from "zod";
import { errorBody, errorResponses } from "./error-body.ts";
import { image, imageCreate, imageList, imagePatch, PATCH_MEDIA_TYPES, tagList } from "./image.ts";
import { imageListQuery } from "./image-list-query.ts";
import { addableTag, removableTag, type TagProfile } from "./tag.ts";
import { versionDocument } from "./versions.ts";

const c = initContract();

/** "Image ID stored through the image API, typically a UUID": any text is taken, an unknown one is 404. */
const imageId = z.string().meta({ description: "The image's id, typically a UUID." });

/**
 * The contract of the image tags under one tag profile. Server, client, command line and `openapi.json`
 * are derived from it; nothing else describes what travels on the wire.
 *
 * Sources: OpenStack Glance, "Delete image tag"; Image Management Service, "Deleting a Tag (Native
 * OpenStack API)"; for the tag collection, API-SIG guideline "Tags".
 */
export function createContract(profile: TagProfile) {
  const stored = removableTag(profile);
  const added = addableTag(profile);

  return c.router(
    {
      imageTags: {
        delete: {
          method: "DELETE",
          path: "/v2/images/:image_id/tags/:tag",
          summary: "Delete image tag",
          description:
            "Removes one tag from one image, once: of any number of requests exactly one is answered 204, " +
            "the others 404. The request body is ignored.",
          pathParams: z.object({ image_id: imageId, tag: stored }),
          responses: { 204: c.noBody(), ...errorResponses },
        },
        add: {
          method: "PUT",
          path: "/v2/images/:image_id/tags/:tag",
          summary: "Add image tag",
          description:
            "Adds one tag to an image. A tag that is there already stays. The request body is ignored.",
          pathParams: z.object({ image_id: imageId, tag: added }),
          body: c.noBody(),
          responses: { 204: c.noBody(), ...errorResponses },
        },
        check: {
          method: "GET",
          path: "/v2/images/:image_id/tags/:tag",
          summary: "Check image tag",
          description: "Answers 204 when the image bears the tag and 404 when it does not.",
          pathParams: z.object({ image_id: imageId, tag: stored }),
          responses: { 204: c.noBody(), ...errorResponses },
        },
        list: {
          method: "GET",
          path: "/v2/images/:image_id/tags",
          summary: "List image tags",
          pathParams: z.object({ image_id: imageId }),
          responses: { 200: tagList(z.string()), ...errorResponses },
        },
        replace: {
          method: "PUT",
          path: "/v2/images/:image_id/tags",
          summary: "Replace image tags",
          description: "Makes these the tags of the image, all at once. A tag named twice counts once.",
          pathParams: z.object({ image_id: imageId }),
          body: tagList(added),
          responses: { 200: tagList(z.string()), ...errorResponses },
        },
        clear: {
          method: "DELETE",
          path: "/v2/images/:image_id/tags",
          summary: "Delete all image tags",
          description: "Removes every tag of an image; also answered 204 when there was none.",
          pathParams: z.object({ image_id: imageId }),
          responses: { 204: c.noBody(), ...errorResponses },
        },
      },
      images: {
        create: {
          method: "POST",
          path: "/v2/images",
          summary: "Create image",
          body: imageCreate(profile),
          responses: { 201: image, ...errorResponses, 409: errorBody },
        },
        show: {
          method: "GET",
          path: "/v2/images/:image_id",
          summary: "Show image",
          pathParams: z.object({ image_id: imageId }),
          responses: { 200: image, ...errorResponses },
        },
        list: {
          method: "GET",
          path: "/v2/images",
          summary: "List images",
          description:
            "The images that the caller may list and that fit all of the query. A parameter of any further " +
            "name is a property that an image must have, with that value.",
          query: imageListQuery,
          responses: { 200: imageList, ...errorResponses },
        },
        update: {
          method: "PATCH",
          path: "/v2/images/:image_id",
          summary: "Update image",
          description: "Does the operations in order, all of them or none.",
          pathParams: z.object({ image_id: imageId }),
          body: imagePatch,
          responses: { 200: image, ...errorResponses, 409: errorBody, 415: errorBody },
          metadata: { requestType: PATCH_MEDIA_TYPES[0] },
        },
        delete: {
          method: "DELETE",
          path: "/v2/images/:image_id",
          summary: "Delete image",
          description: "Deletes an image and its tags. A protected image is 403.",
          pathParams: z.object({ image_id: imageId }),
          responses: { 204: c.noBody(), ...errorResponses, 409: errorBody },
        },
      },
      versions: {
        choices: {
          method: "GET",
          path: "/",
          summary: "List API versions (multiple choices)",
          responses: { 300: versionDocument, ...errorResponses },
        },
        list: {
          method: "GET",
          path: "/versions",
          summary: "List API versions",
          responses: { 200: versionDocument, ...errorResponses },
        },
      },
    },
    { strictStatusCodes: true },
  );
}

/** The one shape that both profiles' contracts have. */
export type Contract = ReturnType<typeof createContract>;

/** The contract with Glance's tag rule. */
export const glanceContract: Contract = /* @__PURE__ */ createContract("glance");

/** The contract with the Image Management Service's tag rule. */
export const imsContract: Contract = /* @__PURE__ */ createContract("ims");

/** The contract of a profile. */
export function contractFor(profile: TagProfile): Contract {
  return profile === "ims" ? imsContract : glanceContract;
}
