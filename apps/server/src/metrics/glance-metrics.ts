import type { Registry } from "prom-client";
import type { Observer } from "../observer.ts";
import { tally } from "./tally.ts";

/** The metrics of what passes between callers and the Glance behind this server. */
export function glanceMetrics(registry: Registry): Pick<Observer, "passed"> {
  return {
    passed: tally(registry, {
      name: "imagetags_glance_bytes_total",
      help: "Bytes of bodies between callers and Glance, by direction: to-glance, from-glance.",
      label: "direction",
      values: ["to-glance", "from-glance"],
    }),
  };
}
