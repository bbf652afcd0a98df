import { z } from "zod";
import { metricsReport, type MetricsReport } from "../../metrics/metrics-report.ts";

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

/** A worker's figures, as often as the primary asks for them, and once more before it ends. */
export const figuresReport = z.object({ kind: z.literal("figures"), figures: metricsReport });

export interface FiguresReport {
  readonly kind: "figures";
  readonly figures: MetricsReport;
}

/** The primary's question for a worker's figures; with those that all workers would tell alike, or without. */
export const FIGURES = "figures";
export const ALL_FIGURES = "all figures";

/** The primary's word to a worker: answer the requests under way and end. */
export const STOP = "stop";

/** The same without haste: another has taken its place, so its callers may take their time. */
export const RETIRE = "retire";

/** The primary's question to a worker whether it works, and the answer. */
export const PING = "ping";
export const PONG = "pong";

/** The primary's word to a worker: read certificate, tokens and policy anew, and open the log file anew. */
export const RELOAD = "reload";
