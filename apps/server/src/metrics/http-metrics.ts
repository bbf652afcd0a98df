import type { RequestListener } from "node:http";
import type { AppRouter } from "@imagetags/contract";
import type { Registry } from "prom-client";
import { SHEDS, type Observer } from "../observer.ts";
import { gauge } from "./gauge.ts";
import { count, RequestDurations, type Series } from "./request-durations.ts";
import { routeLabels } from "./route-label.ts";
import { tally } from "./tally.ts";

/** Measures requests from outside of everything that answers them. */
export interface HttpMetrics {
  readonly timed: (application: RequestListener) => RequestListener;
  readonly observer: Pick<Observer, "shed" | "unparsed">;
}

/** The metrics of requests. `contract` has the routes that they are told apart by. */
export function httpMetrics(registry: Registry, contract: AppRouter): HttpMetrics {
  const durations = new RequestDurations();
  registry.registerMetric(durations);
  let underWay = 0;
  gauge(registry, {
    name: "imagetags_http_requests_in_flight",
    help: "Requests that came and are not answered to their end yet.",
    read: () => underWay,
  });
  const shed = tally(registry, {
    name: "imagetags_sheds_total",
    help: "Requests and connections that were refused at once because there were too many, by what there was too much of.",
    label: "reason",
    values: SHEDS,
  });
  const unparsed = tally<string>(registry, {
    name: "imagetags_http_unparsed_requests_total",
    help: "Replies to what could not be read as a request, by status.",
    label: "status",
    values: ["400"],
  });
  const labelOf = routeLabels(contract);
  const seriesOf = seriesFinder(durations);

  const timed = (application: RequestListener): RequestListener => {
    return (request, response) => {
      const begun = performance.now();
      underWay += 1;
      response.on("close", () => {
        underWay -= 1;
        const series = seriesOf(
          request.method ?? "",
          isRouted(request) ? request.route.path : labelOf(request.url ?? ""),
          response.headersSent ? response.statusCode : 0,
        );
        count(series, (performance.now() - begun) / 1_000);
      });
      application(request, response);
    };
  };
  return { timed, observer: { shed, unparsed: (status) => unparsed(String(status)) } };
}

/** Finds the series of a request, and makes it when the first of its kind comes. */
function seriesFinder(durations: RequestDurations) {
  const all = new Map<string, Map<string, Map<number, Series>>>();
  return (method: string, route: string, status: number): Series => {
    const byStatus = inner(inner(all, route), method);
    let series = byStatus.get(status);
    if (series === undefined) {
      series = durations.add(method, route, status === 0 ? "none" : String(status));
      byStatus.set(status, series);
    }
    return series;
  };
}

function inner<Key, Inner, Value>(maps: Map<Key, Map<Inner, Value>>, key: Key): Map<Inner, Value> {
  let map = maps.get(key);
  if (map === undefined) {
    map = new Map();
    maps.set(key, map);
  }
  return map;
}

/** Whether Express has found a route for a request, with one path and not an expression. */
function isRouted(request: object): request is { readonly route: { readonly path: string } } {
  if (!("route" in request)) return false;
  const { route } = request;
  return typeof route === "object" && route !== null && "path" in route && typeof route.path === "string";
}
