import type { Contract } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import type { ImageService } from "../../images/image-service.ts";
import { setActivation } from "../../images/set-activation.ts";
import { actorOf } from "../pipeline/request-context.ts";

const s = initServer();

/** The routes of `contract.imageActions`. */
export function imageActionsRoutes(contract: Contract["imageActions"], service: ImageService) {
  return s.router(contract, {
    deactivate: async ({ params, req }) => {
      await setActivation(service, actorOf(req), params.image_id, "deactivate");
      return { status: 204, body: undefined };
    },
    reactivate: async ({ params, req }) => {
      await setActivation(service, actorOf(req), params.image_id, "reactivate");
      return { status: 204, body: undefined };
    },
  });
}
