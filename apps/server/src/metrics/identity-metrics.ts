import { Histogram, type Registry } from "prom-client";
import { LOOKUPS, type Observer } from "../observer.ts";
import { gauge, labelledGauge } from "./gauge.ts";
import { tally } from "./tally.ts";

/** What is known of tokens just now. */
export interface TokenSource {
  readonly valid: number;
  readonly refused: number;
  readonly isReached: boolean;
}

/** The metrics of Keystone, and of what is remembered of its answers. */
export function identityMetrics(
  registry: Registry,
  figures: () => TokenSource,
): Pick<Observer, "tokenLookup" | "keystoneAsked"> {
  labelledGauge(registry, {
    name: "imagetags_token_cache_entries",
    help: "Tokens that are remembered, by what Keystone said of them: valid, refused.",
    labels: ["state"],
    read() {
      const { valid, refused } = figures();
      return [
        { labels: { state: "valid" }, value: valid },
        { labels: { state: "refused" }, value: refused },
      ];
    },
  });
  gauge(registry, {
    name: "imagetags_keystone_up",
    help: "1 unless Keystone gave no answer when it was last asked; 0 also where that is so of one worker.",
    aggregator: "min",
    read: () => (figures().isReached ? 1 : 0),
  });
  const durations = new Histogram({
    name: "imagetags_keystone_request_duration_seconds",
    help: "Questions to Keystone and how long they took, by outcome: answered, failing (5xx, or broken off), unreachable.",
    labelNames: ["outcome"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  for (const outcome of ["answered", "failing", "unreachable"]) durations.zero({ outcome });
  return {
    tokenLookup: tally(registry, {
      name: "imagetags_token_cache_lookups_total",
      help: "Tokens that were looked up, by result: hit (remembered as valid), refused (remembered as not valid), miss (Keystone is asked).",
      label: "result",
      values: LOOKUPS,
    }),
    keystoneAsked: (outcome, took) => durations.observe({ outcome }, took / 1_000),
  };
}
