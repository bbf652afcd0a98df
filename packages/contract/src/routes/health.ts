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
        "Answers `OK` when the database can be read and written, else 503 with the reason. In detail it tells of Glance too, where the server stands in front of one. Needs no token, and answers any other method alike.",
      query: z.object({
        detailed: z.enum(["true", "false"]).optional().meta({
          description: "Whether to tell of each part, such as `database: OK`, in a line of its own.",
        }),
      }),
      responses: {
        200: c.otherResponse({
          contentType: "text/plain",
          body: z.string().regex(/^(?:\w+: )?OK(?:\n\w+: OK)*$/),
        }),
        ...errorResponses,
      },
    },
  },
  { strictStatusCodes: true },
);
