import { Histogram, type Registry } from "prom-client";
import { REMOVALS, RETRIES, type Observer } from "../observer.ts";
import { gauge, labelledGauge } from "./gauge.ts";
import { tally } from "./tally.ts";

/** What a database tells of itself when it is asked. */
export interface DatabaseSource {
  /** Changes that wait or are under way. */
  readonly changes: number;
  /** Of a database server: its connections. */
  readonly pool?: { readonly inUse: number; readonly idle: number; readonly waiting: number } | undefined;
}

/** The metrics of changes, on any database. */
export function changeMetrics(
  registry: Registry,
  figures: () => DatabaseSource,
): Pick<Observer, "removal" | "retried"> {
  gauge(registry, {
    name: "imagetags_changes_pending",
    help: "Changes that wait for the database or are under way there. At 1000 of a process others are refused.",
    read: () => figures().changes,
  });
  return {
    removal: tally(registry, {
      name: "imagetags_tag_removals_total",
      help: "Requests that got as far as the removal of one tag from one image, by outcome: removed, no-tag and no-image (404), refused (by policy, rule or condition), failed (503 or 500).",
      label: "outcome",
      values: REMOVALS,
    }),
    retried: tally(registry, {
      name: "imagetags_transactions_retried_total",
      help: "Transactions that were taken back and done again, by cause: aborted by the database, a duplicate key, a server that cannot be written to, or another change of the same group on SQLite.",
      label: "cause",
      values: RETRIES,
    }),
  };
}

/** The metrics of commits on SQLite, each of which makes the changes durable that came together. */
export function sqliteMetrics(registry: Registry): Pick<Observer, "sqliteCommitted"> {
  const durations = new Histogram({
    name: "imagetags_sqlite_commit_duration_seconds",
    help: "How long commits took, with the flush to the disk.",
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  const sizes = new Histogram({
    name: "imagetags_sqlite_commit_changes",
    help: "How many changes one commit made durable together.",
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000],
    registers: [registry],
  });
  return {
    sqliteCommitted(changes, took) {
      durations.observe(took / 1_000);
      sizes.observe(changes);
    },
  };
}

/** The metrics of the connections to a database server, of which a process has `most`. */
export function poolMetrics(registry: Registry, figures: () => DatabaseSource, most: number): void {
  labelledGauge(registry, {
    name: "imagetags_database_connections",
    help: "Connections to the database server, by state: in use, idle.",
    labels: ["state"],
    read() {
      const { inUse = 0, idle = 0 } = figures().pool ?? {};
      return [
        { labels: { state: "in-use" }, value: inUse },
        { labels: { state: "idle" }, value: idle },
      ];
    },
  });
  gauge(registry, {
    name: "imagetags_database_connections_max",
    help: "The most connections to the database server, by IMAGETAGS_DATABASE_POOL_SIZE.",
    read: () => most,
  });
  gauge(registry, {
    name: "imagetags_database_connection_waiters",
    help: "How much work waits for a connection to the database server.",
    read: () => figures().pool?.waiting ?? 0,
  });
}
