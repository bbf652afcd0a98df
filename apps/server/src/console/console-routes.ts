import { consoleContract } from "@imagetags/contract/console";
import { createExpressEndpoints } from "@ts-rest/express";
import type { BesideApi } from "../http/beside-api.ts";
import { THROWN_ON } from "../http/express/thrown-on.ts";
import { withoutHeaderChecks } from "../http/express/unchecked-headers.ts";
import { allowedMethods } from "../http/pipeline/allowed-methods.ts";
import { sessionRoutes, type SessionParts } from "./session-routes.ts";

/** What the server answers to its own page. */
export function consoleRoutes(parts: SessionParts): BesideApi {
  return {
    methods: allowedMethods(consoleContract),
    mount: (app) =>
      createExpressEndpoints(
        withoutHeaderChecks(consoleContract),
        sessionRoutes(consoleContract, parts),
        app,
        THROWN_ON,
      ),
  };
}
