import { initContract } from "@ts-rest/core";
import { z } from "zod";
import { changeErrors } from "../wire/error-body.ts";

const c = initContract();

/** The actions on an image. Source: Glance api-ref, "Image actions". */
export function imageActionsContract(imageId: z.ZodString) {
  const pathParams = z.object({ image_id: imageId });
  return c.router(
    {
      deactivate: {
        method: "POST",
        path: "/v2/images/:image_id/actions/deactivate",
        summary: "Deactivate image",
        description:
          "Keeps the data of an active image from all but administrators: the image is `deactivated`. One that is " +
          "so already stays; of any other status is 403. The request body is ignored.",
        pathParams,
        body: c.noBody(),
        responses: { 204: c.noBody(), ...changeErrors },
      },
      reactivate: {
        method: "POST",
        path: "/v2/images/:image_id/actions/reactivate",
        summary: "Reactivate image",
        description:
          "Makes a deactivated image `active` again. One that is so already stays; of any other status is 403. The " +
          "request body is ignored.",
        pathParams,
        body: c.noBody(),
        responses: { 204: c.noBody(), ...changeErrors },
      },
    },
    { strictStatusCodes: true },
  );
}
