import type { Contract } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";

const s = initServer();

/** The routes of `contract.info`: the answers of a Glance that is set up as this server is. */
export function infoRoutes(contract: Contract["info"]) {
  return s.router(contract, {
    import: async () => ({
      status: 200,
      body: { "import-methods": { description: "Import methods available.", type: "array", value: [] } },
    }),
    stores: async () => ({ status: 200, body: { stores: [{ id: "fs", default: "true" }] } }),
    usage: async () => ({ status: 200, body: { usage: {} } }),
  });
}
