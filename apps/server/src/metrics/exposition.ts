import { AggregatorRegistry, Gauge, Registry, type PrometheusContentType } from "prom-client";
import { metricsReport, type MetricsReport } from "./metrics-report.ts";

/** How many processes are to serve, and how many of them told their figures. */
export interface Workers {
  readonly configured: number;
  readonly answering: number;
}

/** The media type of what {@link exposition} writes. */
export const EXPOSITION_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** The figures of all processes in one answer, in Prometheus' text format. */
export async function exposition(reports: readonly MetricsReport[], workers: Workers): Promise<string> {
  const own = new Registry();
  const gauge = new Gauge({
    name: "imagetags_workers",
    help: "Processes that serve, by state: configured, answering (when they were asked for these figures).",
    labelNames: ["state"],
    registers: [own],
  });
  gauge.set({ state: "configured" }, workers.configured);
  gauge.set({ state: "answering" }, workers.answering);
  return await merge([...reports, await own.getMetricsAsJSON()]).metrics();
}

/** The counts of processes that have ended. They are kept, so that no sum ever falls; what was just then is over. */
export async function countsOf(reports: readonly MetricsReport[]): Promise<MetricsReport> {
  const counts = reports.map((report) => metricsReport.parse(report).filter(({ type }) => type !== "gauge"));
  return await merge(counts).getMetricsAsJSON();
}

function merge(reports: readonly MetricsReport[]): Registry {
  return AggregatorRegistry.aggregate<PrometheusContentType>(reports.map((report) => [...report]));
}
