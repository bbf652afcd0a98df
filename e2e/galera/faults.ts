import { setTimeout as delay } from "node:timers/promises";
import type { GaleraCluster, GaleraNode } from "@imagetags/testing/databases/start-galera";
import { makeImage, TOKEN } from "../lib/image-requests.ts";
import { JudgedLoad, type LoadFigures } from "../lib/judged-load.ts";

const DATABASE = "images";
/** How long it must have been good to be good again, in milliseconds. */
const CALM = 1_500;
/**
 * The bounds that a run holds to, in milliseconds. They are wider than what is promised, since other work on the
 * machine must fail no run. What was measured is printed.
 */
const LONGEST = 5_000;
const BACK = 6_000;

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

/** Tries a fault under load, and resolves with lines of figures. Throws when an answer was untrue. */
export async function underLoad(scene: Scene, fault: Fault): Promise<string> {
  const { cluster, urls } = scene;
  const [url = ""] = urls();
  const images = await Promise.all(Array.from({ length: 8 }, () => makeImage(url)));
  const load = new JudgedLoad({ urls, token: TOKEN, images });
  const begin = performance.now();
  await delay(1_000);
  const from = performance.now();
  const recovered = await fault.break(scene);
  await untilCalm(load, from);
  const mended = performance.now();
  await fault.mend(scene);
  await untilCalm(load, performance.now());
  const to = performance.now();
  await load.stop();
  const [told, unknown] = await judgeAll(load, cluster, images);
  const broken = load.figures(from, mended);
  const after = load.figures(mended, to);
  const back = Math.max(0, from + broken.lastFailure - recovered);
  if (load.figures(begin, from).unavailable > broken.unavailable)
    throw new Error("There were failures before.");
  for (const { unanswered, longest } of [broken, after]) {
    if (unanswered > 0) throw new Error(`${unanswered} requests had no answer.`);
    if (longest > LONGEST) throw new Error(`An answer took ${seconds(longest)}.`);
  }
  if (back > BACK) throw new Error(`The servers were back ${seconds(back)} after the cluster.`);
  return [
    `${describe(broken)}; cluster back after ${seconds(recovered - from)}, servers ${seconds(back)} later`,
    `when it was mended: ${describe(after)}`,
    `${told} tags as told on every node, ${unknown} of unknown outcome`,
  ].join("\n    ");
}

/** Holds the answers to the rows of every node. */
async function judgeAll(
  load: JudgedLoad,
  { nodes }: GaleraCluster,
  images: readonly string[],
): Promise<[told: number, unknown: number]> {
  const ids = images.map((id) => `'${id}'`).join(",");
  const statement = `SET SESSION wsrep_sync_wait = 7; SELECT image_id, value FROM image_tags WHERE deleted = 0 AND image_id IN (${ids}) ORDER BY id`;
  let judged: [number, number] = [0, 0];
  for (const node of nodes) {
    await node.synced();
    const rows = await again(() => node.query(statement, DATABASE));
    const { told, unknown } = load.judge(rows);
    judged = [told, unknown];
  }
  return judged;
}

function describe({ requests, unavailable, longest, median }: LoadFigures): string {
  return `${requests} requests, ${unavailable} x 503, longest ${seconds(longest)}, median ${Math.round(median)} ms`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}

async function untilCalm(load: JudgedLoad, from: number): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    await delay(200);
    const now = performance.now();
    const { requests, unavailable, unanswered } = load.figures(now - CALM, now);
    if (now - from > CALM && requests > 10 && unavailable + unanswered === 0) return;
    if (now > deadline) throw new Error("The servers are not good again after a minute.");
  }
}

/** Asks a node again while it cannot answer. */
async function again<Result>(work: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(50);
    }
  }
}

/** When a node could be written to, through the cluster. */
export async function writable(node: GaleraNode): Promise<number> {
  await again(() => node.query("INSERT INTO watch VALUES (NULL)", DATABASE));
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
