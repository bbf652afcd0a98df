import { SCHEMA_DOCUMENTS, type Contract } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";

const s = initServer();

/** The routes of `contract.schemas`. */
export function schemasRoutes(contract: Contract["schemas"]) {
  return s.router(contract, {
    image: async () => ({ status: 200, body: SCHEMA_DOCUMENTS.image }),
    images: async () => ({ status: 200, body: SCHEMA_DOCUMENTS.images }),
    member: async () => ({ status: 200, body: SCHEMA_DOCUMENTS.member }),
    members: async () => ({ status: 200, body: SCHEMA_DOCUMENTS.members }),
  });
}
