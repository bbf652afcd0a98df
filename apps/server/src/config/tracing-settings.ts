import { z } from "zod";
import {
  documented,
  readSettings,
  settingsOf,
  type Given,
  type Problem,
  type Setting,
} from "./documented.ts";
import { oneOf } from "./one-of.ts";
import { plainUrl } from "./plain-url.ts";

const SAMPLERS = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;
const PROTOCOLS = ["http/protobuf", "http/json"] as const;

/** OpenTelemetry's own variables, by which every program of a host may be told the same. */
const settings = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: documented(
    plainUrl("http://127.0.0.1:4318").optional(),
    "none",
    "traces: the URL of an OTLP receiver over HTTP, to whose /v1/traces spans are sent; without one there are no traces",
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: documented(
    plainUrl("http://127.0.0.1:4318/v1/traces").optional(),
    "none",
    "traces: the whole URL for them, instead of that",
  ),
  OTEL_EXPORTER_OTLP_PROTOCOL: documented(
    oneOf(PROTOCOLS).default("http/protobuf"),
    "http/protobuf",
    "traces: http/protobuf or http/json",
  ),
  OTEL_EXPORTER_OTLP_HEADERS: documented(
    z.string().transform(toPairs).default({}),
    "none",
    "traces: headers for the receiver, NAME=VALUE with commas between, percent-encoded",
  ),
  OTEL_SERVICE_NAME: documented(
    z.string().default("imagetags"),
    "imagetags",
    "traces: the name of this service in them",
  ),
  OTEL_RESOURCE_ATTRIBUTES: documented(
    z.string().transform(toPairs).default({}),
    "none",
    "traces: further attributes of it, NAME=VALUE with commas between, percent-encoded",
  ),
  OTEL_TRACES_SAMPLER: documented(
    oneOf(SAMPLERS).default("parentbased_always_on"),
    "parentbased_always_on",
    `traces: which requests have one: ${SAMPLERS.join(", ")}`,
  ),
  OTEL_TRACES_SAMPLER_ARG: documented(
    z
      .string()
      .regex(/^(?:0(?:\.\d{1,9})?|1(?:\.0{1,9})?)$/, "must be a share from 0 to 1")
      .transform(Number)
      .default(1),
    "1",
    "traces: the share of requests that have one, for the samplers by ratio",
  ),
  OTEL_TRACES_EXPORTER: documented(
    oneOf(["otlp", "none"]).default("otlp"),
    "otlp",
    "traces: otlp, or none to have none whatever else is set",
  ),
  OTEL_SDK_DISABLED: documented(
    oneOf(["true", "false"]).default("false"),
    "false",
    "traces: true to have none whatever else is set",
  ),
});

/** The settings of traces, for people. */
export const TRACING_SETTINGS: readonly Setting[] = settingsOf(settings);

/** Where traces go, and which there are. */
export interface TracingConfig {
  readonly url: string;
  readonly protocol: (typeof PROTOCOLS)[number];
  readonly headers: Readonly<Record<string, string>>;
  readonly service: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly sampler: (typeof SAMPLERS)[number];
  /** From 0 to 1. */
  readonly ratio: number;
}

/**
 * Reads the settings of traces; `undefined` where there are none. They are other programs' too, so they are checked only where
 * an endpoint says that traces are wanted.
 */
export function readTracingSettings(given: Given, problem: Problem): TracingConfig | undefined {
  const isWanted =
    given["OTEL_EXPORTER_OTLP_ENDPOINT"] !== undefined ||
    given["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] !== undefined;
  if (!isWanted || given["OTEL_SDK_DISABLED"] === "true" || given["OTEL_TRACES_EXPORTER"] === "none") {
    return undefined;
  }
  const values = readSettings(settings, given, problem);
  if (values === undefined) return undefined;
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: whole, OTEL_EXPORTER_OTLP_ENDPOINT: base } = values;
  return {
    url: whole ?? `${base}/v1/traces`,
    protocol: values.OTEL_EXPORTER_OTLP_PROTOCOL,
    headers: values.OTEL_EXPORTER_OTLP_HEADERS,
    service: values.OTEL_SERVICE_NAME,
    attributes: values.OTEL_RESOURCE_ATTRIBUTES,
    sampler: values.OTEL_TRACES_SAMPLER,
    ratio: values.OTEL_TRACES_SAMPLER_ARG,
  };
}

/** The message never repeats a value: headers hold secrets. */
function toPairs(text: string, context: z.RefinementCtx<string>): Record<string, string> {
  const pairs: [string, string][] = [];
  for (const part of text.split(",")) {
    const [, name, value] = /^\s*([\w.-]+)\s*=\s*([\x21-\x7e]*)\s*$/.exec(part) ?? [];
    const read = value === undefined ? undefined : decoded(value);
    if (name === undefined || read === undefined) {
      context.addIssue("must be NAME=VALUE with commas between, the values percent-encoded");
      return z.NEVER;
    }
    pairs.push([name, read]);
  }
  return Object.fromEntries(pairs);
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
