import { setTimeout as sleep } from "node:timers/promises";
import type { Tracer } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
  type SpanExporter,
} from "@opentelemetry/sdk-trace";
import type { Logger } from "pino";
import type { TracingConfig } from "../config/tracing-settings.ts";
import { ToldExporter } from "./told-exporter.ts";

/** The time that the receiver may take for what it is sent, in milliseconds. */
const PATIENCE = 5_000;
/** How many spans wait to be sent at most; more are dropped. */
const MOST_WAITING = 4_096;

/** What makes spans, and sends them together every few seconds. */
export interface Tracing extends AsyncDisposable {
  readonly tracer: Tracer;
}

/** Begins to send traces. No request ever waits for that, and the end of the server for five seconds at most. */
export async function openTracing(
  config: TracingConfig,
  version: string,
  log: Pick<Logger, "info" | "warn">,
): Promise<Tracing> {
  const { attributes, service, url } = config;
  const exporter = new ToldExporter(await exporterFor(config), url, log);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      "service.name": service,
      "service.version": version,
      "process.pid": process.pid,
      ...attributes,
    }),
    sampler: samplerFor(config),
    spanProcessors: [
      new BatchSpanProcessor({ exporter, maxQueueSize: MOST_WAITING, exportTimeoutMillis: PATIENCE }),
    ],
  });
  return {
    tracer: provider.getTracer("imagetags", version),
    async [Symbol.asyncDispose]() {
      const ended = provider.shutdown().catch(() => undefined);
      await Promise.race([ended, sleep(PATIENCE, undefined, { ref: false })]);
    },
  };
}

async function exporterFor({ url, protocol, headers }: TracingConfig): Promise<SpanExporter> {
  const options = { url, headers: { ...headers }, timeoutMillis: PATIENCE };
  const { OTLPTraceExporter } =
    protocol === "http/json"
      ? await import("@opentelemetry/exporter-trace-otlp-http")
      : await import("@opentelemetry/exporter-trace-otlp-proto");
  return new OTLPTraceExporter(options);
}

function samplerFor({ sampler, ratio }: TracingConfig): Sampler {
  const root = rootSampler(sampler.replace("parentbased_", ""), ratio);
  return sampler.startsWith("parentbased_") ? new ParentBasedSampler({ root }) : root;
}

function rootSampler(name: string, ratio: number): Sampler {
  if (name === "always_off") return new AlwaysOffSampler();
  return name === "traceidratio" ? new TraceIdRatioBasedSampler(ratio) : new AlwaysOnSampler();
}
