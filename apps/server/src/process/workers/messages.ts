import { z } from "zod";

/** A worker's one report to the primary about its start: it answers, or why it could not be started. */
export const workerReport = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("listening"),
    url: z.string(),
    urls: z.array(z.string()),
    schema: z.enum(["new", "ours", "glance"]),
    guard: z.enum(["off", "half", "outdated", "on"]).optional(),
  }),
  z.object({ kind: z.literal("failed"), message: z.string() }),
]);

export type WorkerReport = z.infer<typeof workerReport>;

/** The primary's word to a worker: answer the requests under way and end. */
export const STOP = "stop";

/** The same without haste: another has taken its place, so its callers may take their time. */
export const RETIRE = "retire";

/** The primary's question to a worker whether it works, and the answer. */
export const PING = "ping";
export const PONG = "pong";

/** The primary's word to a worker: read certificate, tokens and policy anew, and open the log file anew. */
export const RELOAD = "reload";
