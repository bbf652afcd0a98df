import { Counter, type Registry } from "prom-client";
import type { Observer } from "../observer.ts";
import { labelledGauge, type Samples } from "./gauge.ts";

/** How much waits for a destination, and since when, in milliseconds before now. */
export interface BacklogSource {
  readonly destination: string;
  readonly waiting: number;
  readonly oldestAge: number;
}

/**
 * The metrics of notifications. `backlog` asks the database that all processes share, so of several workers one is to
 * answer, and the others with nothing.
 */
export function notificationMetrics(
  registry: Registry,
  destinations: readonly string[],
  backlog: () => Promise<readonly BacklogSource[]>,
): Pick<Observer, "delivery"> {
  const deliveries = new Counter({
    name: "imagetags_notifications_total",
    help: "Events of tags by destination and outcome of each try: sent, failed (it is tried again, unless given up), given-up.",
    labelNames: ["destination", "outcome"],
    registers: [registry],
  });
  for (const destination of destinations) {
    for (const outcome of ["sent", "failed", "given-up"]) deliveries.inc({ destination, outcome }, 0);
  }
  // Two gauges are read of one answer.
  let asked: Promise<readonly BacklogSource[]> | undefined;
  const ask = (): Promise<readonly BacklogSource[]> => {
    asked ??= backlog().finally(() => (asked = undefined));
    return asked;
  };
  const read = async (of: (source: BacklogSource) => number): Promise<Samples<"destination">> =>
    (await ask()).map((source) => ({ labels: { destination: source.destination }, value: of(source) }));
  labelledGauge(registry, {
    name: "imagetags_notifications_waiting",
    help: "Events in the database that are to be sent, by destination, counted up to 100000.",
    aggregator: "max",
    labels: ["destination"],
    read: () => read(({ waiting }) => waiting),
  });
  labelledGauge(registry, {
    name: "imagetags_notifications_oldest_age_seconds",
    help: "How long the oldest event has waited that is to be sent, by destination; 0 where none waits.",
    aggregator: "max",
    labels: ["destination"],
    read: () => read(({ oldestAge }) => oldestAge / 1_000),
  });
  return {
    delivery: (destination, outcome, events) => deliveries.inc({ destination, outcome }, events),
  };
}
