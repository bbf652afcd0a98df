import { z } from "zod";

/** What a worker tells the primary, once: it answers, or it could not be started, and why. */
export const workerReport = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("listening"),
    url: z.string(),
    schema: z.enum(["new", "ours", "glance"]),
    guard: z.enum(["off", "half", "outdated", "on"]).optional(),
  }),
  z.object({ kind: z.literal("failed"), message: z.string() }),
]);

export type WorkerReport = z.infer<typeof workerReport>;

/** What the primary tells a worker: answer the requests under way and end. */
export const STOP = "stop";
