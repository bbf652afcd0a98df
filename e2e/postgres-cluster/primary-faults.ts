import { setTimeout as delay } from "node:timers/promises";
import type { PostgresCluster, PostgresNode } from "@imagetags/testing/databases/start-postgres-cluster";
import { untilDone, type Disturbance } from "../lib/under-load.ts";

export const DATABASE = "images";
/** How long whoever watches over a cluster takes to find that the primary is gone, in milliseconds. */
const DETECTION = 2_000;
/** How long the standbys are away, in milliseconds. */
const AWAY = 6_000;

/** Every fault, by what it is. */
export function faultsOf(cluster: PostgresCluster): ReadonlyMap<string, Disturbance> {
  return new Map([
    ["kill -9 of the primary, and a standby is promoted", lost(cluster, (primary) => primary.kill())],
    [
      "SIGSTOP of the primary, and a standby is promoted",
      lost(cluster, async (primary) => primary.signal("SIGSTOP")),
    ],
    [
      "immediate shutdown of the primary, which is started again",
      restarted(cluster, () => [cluster.primary()], "immediate"),
    ],
    ["one of two standbys stands still", oneAway(cluster)],
    ["both standbys stand still, so commits wait", bothAway(cluster)],
    [
      "every node is restarted, the primary last",
      restarted(cluster, () => [...cluster.standbys(), cluster.primary()], "fast"),
    ],
    ["the primary is handed over in order", handedOver(cluster)],
  ]);
}

/** The primary is gone, and does not come back before another has taken its place. */
export function lost(
  cluster: PostgresCluster,
  breakIt: (primary: PostgresNode) => Promise<void>,
): Disturbance {
  let gone: PostgresNode | undefined;
  return {
    async break() {
      gone = cluster.primary();
      const standbys = cluster.standbys();
      await breakIt(gone);
      await delay(DETECTION);
      // One that stands still could go on as a second primary.
      await gone.kill();
      return await writable(await cluster.failOver(standbys));
    },
    async mend() {
      await gone?.rejoin(cluster.primary());
    },
  };
}

function restarted(
  cluster: PostgresCluster,
  which: () => readonly PostgresNode[],
  mode: "fast" | "immediate",
): Disturbance {
  return {
    async break() {
      for (const node of which()) {
        await node.stop(mode);
        await node.start();
      }
      return await writable(cluster.primary());
    },
    mend: async () => undefined,
  };
}

function handedOver(cluster: PostgresCluster): Disturbance {
  let former: PostgresNode | undefined;
  return {
    async break() {
      former = cluster.primary();
      const standbys = cluster.standbys();
      await former.stop("fast");
      return await writable(await cluster.failOver(standbys));
    },
    async mend() {
      await former?.rejoin(cluster.primary());
    },
  };
}

function oneAway(cluster: PostgresCluster): Disturbance {
  return {
    async break() {
      cluster.standbys()[0]?.signal("SIGSTOP");
      return await writable(cluster.primary());
    },
    mend: async () => cluster.standbys()[0]?.signal("SIGCONT"),
  };
}

function bothAway(cluster: PostgresCluster): Disturbance {
  return {
    async break() {
      for (const standby of cluster.standbys()) standby.signal("SIGSTOP");
      await delay(AWAY);
      for (const standby of cluster.standbys()) standby.signal("SIGCONT");
      return await writable(cluster.primary());
    },
    mend: async () => undefined,
  };
}

/** When a commit was confirmed by a standby. */
async function writable(primary: PostgresNode): Promise<number> {
  await untilDone(() => primary.query("INSERT INTO watch DEFAULT VALUES", DATABASE));
  return performance.now();
}
