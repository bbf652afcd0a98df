import { setTimeout as delay } from "node:timers/promises";
import type { GaleraCluster, GaleraNode } from "@imagetags/testing/databases/start-galera";
import { disturb, untilDone } from "../lib/under-load.ts";

const DATABASE = "images";
/** Where faults are tried: a cluster, and servers that callers use. */
export interface Scene {
  readonly cluster: GaleraCluster;
  readonly urls: () => readonly string[];
}

/** What is broken under load, and mended afterwards. */
export interface Fault {
  /** Resolves with when the cluster itself could be written to again. */
  readonly break: (scene: Scene) => Promise<number>;
  /** Resolves when all is as before, but for what the servers still do. */
  readonly mend: (scene: Scene) => Promise<void>;
}

/** Tries a fault under load. See {@link disturb}. */
export function underLoad(scene: Scene, fault: Fault): Promise<string> {
  const { cluster, urls } = scene;
  return disturb(
    {
      urls,
      async liveTags(images) {
        const ids = images.map((id) => `'${id}'`).join(",");
        const statement = `SET SESSION wsrep_sync_wait = 7; SELECT image_id, value FROM image_tags WHERE deleted = 0 AND image_id IN (${ids}) ORDER BY id`;
        const rows: string[][][] = [];
        for (const node of cluster.nodes) {
          await node.synced();
          rows.push(await untilDone(() => node.query(statement, DATABASE)));
        }
        return rows;
      },
    },
    { break: () => fault.break(scene), mend: () => fault.mend(scene) },
  );
}

/** When a node could be written to, through the cluster. */
export async function writable(node: GaleraNode): Promise<number> {
  await untilDone(() => node.query("INSERT INTO watch VALUES (NULL)", DATABASE));
  return performance.now();
}

/** The node that the servers use most, and the others. */
async function nodesByUse({ nodes }: GaleraCluster): Promise<[GaleraNode, GaleraNode, GaleraNode]> {
  const counted = await Promise.all(
    nodes.map(async (node) => {
      const [row] = await node.query(
        "SELECT count(*) FROM information_schema.processlist WHERE user = 'cloud' AND db IS NOT NULL",
      );
      return { node, uses: Number(row?.[0]) };
    }),
  );
  const [first, second, third] = counted
    .toSorted((one, other) => other.uses - one.uses)
    .map(({ node }) => node);
  if (first === undefined || second === undefined || third === undefined)
    throw new Error("A node is missing.");
  return [first, second, third];
}

/** A fault of the node in use. */
function ofUsed(breakIt: (used: GaleraNode) => unknown, mend: (used: GaleraNode) => unknown): Fault {
  let used: GaleraNode | undefined;
  return {
    async break({ cluster }) {
      const [most, other] = await nodesByUse(cluster);
      used = most;
      await breakIt(most);
      return await writable(other);
    },
    async mend() {
      if (used === undefined) return;
      await mend(used);
      await used.synced();
    },
  };
}

const killed = ofUsed(
  (used) => used.kill(),
  (used) => used.start(),
);

const stopped = ofUsed(
  (used) => used.signal("SIGSTOP"),
  (used) => used.signal("SIGCONT"),
);

const cutOff = ofUsed(
  (used) => used.cut(),
  (used) => used.heal(),
);

const nothingToMend = async (): Promise<void> => undefined;

const quorumLost: Fault = {
  async break({ cluster }) {
    const [used, ...others] = await nodesByUse(cluster);
    for (const node of others) node.signal("SIGSTOP");
    await delay(8_000);
    for (const node of others) node.signal("SIGCONT");
    return await writable(used);
  },
  mend: nothingToMend,
};

/** The data of a node is lost, and comes from another, which may be the one in use. */
const emptied: Fault = {
  async break({ cluster }) {
    const [, , unused] = await nodesByUse(cluster);
    await unused.stop();
    await unused.start({ empty: true });
    return performance.now();
  },
  mend: nothingToMend,
};

const restarted: Fault = {
  async break({ cluster }) {
    for (const node of cluster.nodes) {
      await node.stop();
      await node.start();
    }
    return performance.now();
  },
  mend: nothingToMend,
};

/** Every fault, by what it is. */
export const FAULTS: ReadonlyMap<string, Fault> = new Map([
  ["kill -9 of the node in use, and its return", killed],
  ["SIGSTOP of the node in use, and its return", stopped],
  ["the node in use is cut off from the others", cutOff],
  ["two of three nodes are stopped, so there is no quorum", quorumLost],
  ["a node comes back without its data", emptied],
  ["every node is restarted, one after the other", restarted],
]);
/** The fault for which nodes need networks of their own. */
export const CUT_OFF = "the node in use is cut off from the others";
