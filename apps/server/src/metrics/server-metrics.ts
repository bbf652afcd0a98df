import type { RequestListener } from "node:http";
import type { AppRouter } from "@imagetags/contract";
import { Registry } from "prom-client";
import { observeWith, type Observer } from "../observer.ts";
import { changeMetrics, poolMetrics, sqliteMetrics, type DatabaseSource } from "./change-metrics.ts";
import type { MetricsReport } from "./metrics-report.ts";
import { glanceMetrics } from "./glance-metrics.ts";
import { httpMetrics } from "./http-metrics.ts";
import { identityMetrics, type TokenSource } from "./identity-metrics.ts";
import { notificationMetrics, type BacklogSource } from "./notification-metrics.ts";
import { processMetrics } from "./process-metrics.ts";

/** What there is to be measured in a server. What it has not is not asked for, and has no metrics. */
export interface MeasuredServer {
  readonly version: string;
  readonly contract: AppRouter;
  readonly isReady: () => Promise<boolean>;
  readonly database: () => DatabaseSource;
  /** The most connections to a database server; `undefined`: the database is an SQLite file. */
  readonly poolSize: number | undefined;
  /** `undefined`: no Keystone is asked. */
  readonly tokens: (() => TokenSource) | undefined;
  readonly isInFrontOfGlance: boolean;
  /** `undefined`: nothing is to be sent. */
  readonly notifications: NotificationSource | undefined;
}

/** Where events are sent to, and what waits. */
interface NotificationSource {
  readonly destinations: readonly string[];
  readonly backlog: () => Promise<readonly BacklogSource[]>;
}

const NOTHING: Observer = {
  removal: () => undefined,
  retried: () => undefined,
  sqliteCommitted: () => undefined,
  tokenLookup: () => undefined,
  keystoneAsked: () => undefined,
  shed: () => undefined,
  passed: () => undefined,
  delivery: () => undefined,
  unparsed: () => undefined,
};

/** Measures one process that serves. It is told what happens until it is disposed of. */
export class ServerMetrics implements Disposable {
  readonly #registry = new Registry();
  readonly #timed: (application: RequestListener) => RequestListener;
  readonly #observing: Disposable;
  #withShared = false;

  constructor(server: MeasuredServer) {
    const registry = this.#registry;
    const http = httpMetrics(registry, server.contract);
    this.#timed = http.timed;
    processMetrics(registry, server.version, server.isReady);
    if (server.poolSize !== undefined) poolMetrics(registry, server.database, server.poolSize);
    this.#observing = observeWith({
      ...NOTHING,
      ...http.observer,
      ...changeMetrics(registry, server.database),
      ...(server.poolSize === undefined ? sqliteMetrics(registry) : {}),
      ...(server.tokens === undefined ? {} : identityMetrics(registry, server.tokens)),
      ...(server.isInFrontOfGlance ? glanceMetrics(registry) : {}),
      ...this.#notifications(server.notifications),
    });
  }

  /** The same listener, whose requests are measured. */
  timed(application: RequestListener): RequestListener {
    return this.#timed(application);
  }

  /** All figures. `withShared`: those too that every process on the database would tell alike. */
  async report(withShared: boolean): Promise<MetricsReport> {
    this.#withShared = withShared;
    return await this.#registry.getMetricsAsJSON();
  }

  [Symbol.dispose](): void {
    this.#observing[Symbol.dispose]();
    this.#registry.clear();
  }

  #notifications(source: NotificationSource | undefined): Partial<Observer> {
    if (source === undefined) return {};
    const backlog = async (): Promise<readonly BacklogSource[]> =>
      this.#withShared ? await source.backlog() : [];
    return notificationMetrics(this.#registry, source.destinations, backlog);
  }
}
