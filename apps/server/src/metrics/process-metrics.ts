import { collectDefaultMetrics, Gauge, type Registry } from "prom-client";
import { gauge } from "./gauge.ts";

/** Gauges whose names end as those of counters must, and what stands in another one already. */
const LEFT_OUT = [
  "nodejs_active_handles",
  "nodejs_active_handles_total",
  "nodejs_active_requests",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
  "nodejs_version_info",
];

/** How often it is looked at how late the event loop is, in milliseconds. Each look wakes the process. */
const LOOK = 50;

/** The metrics of the process: its time, memory and files, garbage collection, and how late its event loop is. */
export function processMetrics(registry: Registry, version: string, isReady: () => Promise<boolean>): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOK });
  for (const name of LEFT_OUT) registry.removeSingleMetric(name);
  const build = new Gauge({
    name: "imagetags_build_info",
    help: "Always 1, with the versions of this server and of Node.js.",
    aggregator: "max",
    labelNames: ["version", "node"],
    registers: [registry],
  });
  build.set({ version, node: process.version }, 1);
  gauge(registry, {
    name: "imagetags_ready",
    help: "1 where /readyz says that the server is ready; 0 also where one of several workers is not.",
    aggregator: "min",
    read: async () => ((await isReady()) ? 1 : 0),
  });
}
