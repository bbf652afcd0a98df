import type { Contract } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import type { Readiness } from "../../health/readiness.ts";

const s = initServer();

/** The routes of `contract.health`. */
export function healthRoutes(contract: Contract["health"], readiness: Readiness) {
  return s.router(contract, {
    check: async () => {
      await readiness.checkHealth();
      return { status: 200, body: "OK" };
    },
    live: async () => ({ status: 200, body: { status: "live" } }),
    ready: async () => {
      await readiness.check();
      return { status: 200, body: { status: "ready" } };
    },
  });
}
