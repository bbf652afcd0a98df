import type { Contract } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import type { ImageRecords } from "../../images/image-service.ts";

const s = initServer();

/** The routes of `contract.health`. */
export function healthRoutes(contract: Contract["health"], { store }: ImageRecords) {
  return s.router(contract, {
    check: async () => {
      await store.ping();
      return { status: 200, body: "OK" };
    },
  });
}
