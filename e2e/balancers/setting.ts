import type { GlanceStandIn } from "@imagetags/testing/glance/stand-in-glance";
import type { Checks } from "../lib/checks.ts";
import type { Balancer } from "../lib/start-balancer.ts";

/** What each group of checks is let loose on. */
export interface Scene {
  readonly checks: Checks;
  readonly balancer: Balancer;
  /** Stands for Glance, behind the balancer and behind the servers. */
  readonly glance: GlanceStandIn;
  /** The URL of a server on the same database that makes images and shows them. */
  readonly alone: string;
  /** What the balancer's certificate is checked by, in PEM. */
  readonly ca: string;
}
