import { initContract } from "@ts-rest/core";
import { z } from "zod";
import { errorBody, changeErrors, errorResponses } from "../wire/error-body.ts";
import { image, imageList, imagePatch, olderImagePatch, PATCH_MEDIA_TYPES } from "../wire/image.ts";
import { imageListQuery } from "../wire/image-list-query.ts";
import { changeConditions, readConditions, tagged } from "../wire/preconditions.ts";
import { imageCreate } from "../wire/settable-image.ts";
import type { TagProfile } from "../wire/tag.ts";

const c = initContract();

/** The routes of images. Source: Glance api-ref, "Images". */
export function imagesContract(imageId: z.ZodString, profile: TagProfile) {
  return c.router(
    {
      create: {
        method: "POST",
        path: "/v2/images",
        summary: "Create image",
        body: imageCreate(profile),
        responses: { 201: image, ...changeErrors, 409: errorBody },
        metadata: tagged,
      },
      show: {
        method: "GET",
        path: "/v2/images/:image_id",
        summary: "Show image",
        pathParams: z.object({ image_id: imageId }),
        headers: readConditions,
        responses: { 200: image, 304: c.noBody(), ...errorResponses, 412: errorBody },
        metadata: tagged,
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
        headers: changeConditions,
        body: imagePatch,
        responses: { 200: image, ...changeErrors, 409: errorBody, 412: errorBody, 415: errorBody },
        metadata: {
          ...tagged,
          requestType: PATCH_MEDIA_TYPES[0],
          otherBodies: { [PATCH_MEDIA_TYPES[1]]: olderImagePatch },
        },
      },
      delete: {
        method: "DELETE",
        path: "/v2/images/:image_id",
        summary: "Delete image",
        description: "Deletes an image and its tags. A protected image is 403.",
        pathParams: z.object({ image_id: imageId }),
        headers: changeConditions,
        responses: { 204: c.noBody(), ...changeErrors, 409: errorBody, 412: errorBody },
      },
    },
    { strictStatusCodes: true },
  );
}
