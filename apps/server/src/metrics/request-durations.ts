import { Histogram } from "prom-client";

/** The upper bounds in seconds: a removal takes a millisecond or less, an upload minutes. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** Of requests with the same labels: how many took up to each bound and longer than the one before, in order. */
export interface Series {
  readonly labels: Readonly<Record<"method" | "route" | "status", string>>;
  readonly counts: number[];
  sum: number;
}

/**
 * The durations of requests, by method, route and status. It counts by itself, and prom-client asks for the outcome: its own
 * way costs a removal ten times as much.
 */
export class RequestDurations extends Histogram {
  readonly #name: string;
  readonly #series: Series[] = [];

  constructor() {
    const name = "imagetags_http_request_duration_seconds";
    const help =
      'Requests by method, route of the contract and status, and the time to the end of their replies. The route "other" is any path without one, the status "none" a caller who left before the reply began.';
    super({ name, help, labelNames: ["method", "route", "status"], buckets: BOUNDS, registers: [] });
    this.#name = name;
  }

  /** A new series. The caller makes one of each kind. */
  add(method: string, route: string, status: string): Series {
    const series = { labels: { method, route, status }, counts: BOUNDS.map(() => 0), sum: 0 };
    series.counts.push(0);
    this.#series.push(series);
    return series;
  }

  override async get(): ReturnType<Histogram["get"]> {
    return { ...(await super.get()), values: this.#series.flatMap((series) => this.#valuesOf(series)) };
  }

  #valuesOf({ labels, counts, sum }: Series) {
    let total = 0;
    const buckets = counts.map((more, index) => {
      total += more;
      const le = BOUNDS[index] ?? "+Inf";
      return { metricName: `${this.#name}_bucket`, labels: { ...labels, le }, value: total };
    });
    return [
      ...buckets,
      { metricName: `${this.#name}_sum`, labels, value: sum },
      { metricName: `${this.#name}_count`, labels, value: total },
    ];
  }
}

/** Counts a request that took so many seconds. */
export function count(series: Series, seconds: number): void {
  let place = 0;
  while (place < BOUNDS.length && seconds > (BOUNDS[place] ?? Infinity)) place += 1;
  series.counts[place] = (series.counts[place] ?? 0) + 1;
  series.sum += seconds;
}
