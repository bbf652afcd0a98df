import { initContract } from "@ts-rest/core";
import { z } from "zod";
import { errorBody, errorResponses, servedErrorBody } from "../wire/error-body.ts";

const c = initContract();

/** What keeps a server from being ready, by a name for programs. */
const OBSTACLES = [
  "draining",
  "disabled-by-file",
  "database-unavailable",
  "database-read-only",
  "database-full",
  "schema-outdated",
  "identity-never-reached",
  "storage-full",
  "storage-unavailable",
] as const;

const live = z.object({ status: z.literal("live") }).meta({ id: "Live" });
const ready = z.object({ status: z.literal("ready") }).meta({ id: "Ready" });

const obstacles = z
  .array(z.object({ obstacle: z.enum(OBSTACLES), message: z.string() }))
  .max(OBSTACLES.length)
  .meta({ description: "All that stands in the way." });

/** The error of a server that is not ready, with everything that keeps it from that. */
export const notReady = errorBody.extend({ obstacles: obstacles.optional() }).meta({ id: "NotReady" });

/** The same of this project's server. It has no obstacles where the server did not come to look for them. */
export const servedNotReady = servedErrorBody
  .extend({ obstacles: obstacles.optional() })
  .meta({ id: "NotReady" });

/** One thing that keeps a server from being ready. The message is for people. */
export type Obstacle = z.infer<typeof obstacles>[number];

/**
 * Whether the server can answer at all. Sources: Glance, its middleware `healthcheck`; Kubernetes API server, "health
 * endpoints".
 */
export const healthContract = c.router(
  {
    check: {
      method: "GET",
      path: "/healthcheck",
      summary: "Check health",
      description:
        "Answers `OK` when the database can be read and written, else 503 with the reason; 503 too while the server is being taken out of service. In detail it tells of Glance too, where the server stands in front of one. Needs no token, and answers any other method alike.",
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
        503: notReady,
      },
    },
    live: {
      method: "GET",
      path: "/livez",
      summary: "Check that the process answers",
      description:
        "Asks nothing of anybody else: a process that does not answer is to be started anew. Needs no token, and answers any other method alike.",
      responses: { 200: live, ...errorResponses },
    },
    ready: {
      method: "GET",
      path: "/readyz",
      summary: "Check that the server can do its work",
      description:
        "503, with everything that stands in the way, is the word to a load balancer to send requests elsewhere. Needs no token, and answers any other method alike.",
      responses: { 200: ready, ...errorResponses, 503: notReady },
    },
  },
  { strictStatusCodes: true },
);
