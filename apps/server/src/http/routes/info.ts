import type { Contract } from "@imagetags/contract";
import { errorReply } from "../errors.ts";
import { initServer } from "@ts-rest/express";

const s = initServer();

/** The routes of `contract.info`: the answers of a Glance that is set up as this server is. */
export function infoRoutes(contract: Contract["info"]) {
  return s.router(contract, {
    import: async () => ({
      status: 200,
      body: { "import-methods": { description: "Import methods available.", type: "array", value: [] } },
    }),
    stores: async () => errorReply("no-such-path", "Multi backend is not supported at this site."),
    usage: async () => ({ status: 200, body: { usage: {} } }),
  });
}
