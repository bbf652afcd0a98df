import { versionsAt, type Contract } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import type { BaseUrl } from "../wire/base-url.ts";

const s = initServer();

/** The routes of `contract.versions`. */
export function versionsRoutes(contract: Contract["versions"], baseUrl: BaseUrl) {
  return s.router(contract, {
    choices: async ({ req }) => ({ status: 300, body: versionsAt(baseUrl(req)) }),
    list: async ({ req }) => ({ status: 200, body: versionsAt(baseUrl(req)) }),
  });
}
