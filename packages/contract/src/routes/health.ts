import { initContract } from "@ts-rest/core";
import { z } from "zod";
import { errorResponses } from "../wire/error-body.ts";

const c = initContract();

/** Whether the server can answer at all. Source: Glance, its middleware `healthcheck`. */
export const healthContract = c.router(
  {
    check: {
      method: "GET",
      path: "/healthcheck",
      summary: "Check health",
      description:
        "Answers `OK` when the database can be read and written, else 503 with the reason. Needs no token, and answers any other method alike.",
      responses: {
        200: c.otherResponse({ contentType: "text/plain", body: z.literal("OK") }),
        ...errorResponses,
      },
    },
  },
  { strictStatusCodes: true },
);
