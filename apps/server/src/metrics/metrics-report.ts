import { z } from "zod";

/** The figures of one process, as prom-client writes them for another. */
export const metricsReport = z.array(z.looseObject({ name: z.string(), type: z.string() }));

export type MetricsReport = readonly object[];
