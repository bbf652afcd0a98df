import { request, Agent } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

const CONNECTIONS = 32;
const IMAGES = 8;
const TAGS_PER_IMAGE = 150;
/** Tags that nobody asks to remove. */
const SPARED_PER_IMAGE = 10;
/** How long everything may take before a server counts as lost, in milliseconds. */
const PATIENCE = 60_000;

/** A tag on an image, and what came of the tries to remove it: `unknown` where no answer came, or 503. */
export type Target = { imageId: string; tag: string; spared: boolean; tries: (204 | 404 | "unknown")[] };

/** Makes images with many tags, of ids that `round` alone has. */
export async function makeTargets(
  url: string,
  token: string,
  round: number,
  tagsPerImage: number = TAGS_PER_IMAGE,
): Promise<Target[]> {
  const targets = [];
  for (let image = 0; image < IMAGES; image += 1) {
    const imageId = `00000000-0000-4000-8000-${String(round * 100 + image).padStart(12, "0")}`;
    const tags = Array.from({ length: tagsPerImage }, (_, index) => `tag-${index}`);
    const reply = await fetch(`${url}/v2/images`, {
      method: "POST",
      headers: { "X-Auth-Token": token, "Content-Type": "application/json" },
      body: JSON.stringify({ id: imageId, tags }),
    });
    if (reply.status !== 201) throw new Error(`An image was answered ${reply.status} ${await reply.text()}`);
    for (const [index, tag] of tags.entries()) {
      const spared = index < SPARED_PER_IMAGE;
      const tries: Target["tries"] = [];
      targets.push({ imageId, tag, spared, tries });
    }
  }
  return targets;
}

/**
 * Removes tags over many connections, each again and again until it is answered 204 or 404. Somewhere in
 * between `disturb` is called. Resolves when every tag is answered for and the disturbance is over. `urlNow`
 * of the server, which may come back elsewhere.
 */
export async function removeAll(
  targets: readonly Target[],
  urlNow: () => string,
  token: string,
  disturb: () => Promise<void>,
) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const deadline = performance.now() + PATIENCE;
  const asked = targets.filter(({ spared }) => !spared);
  const queue = asked.values();
  // The disturbance comes somewhere in the second quarter.
  const start = asked.length * (0.25 + Math.random() / 4);
  const underWay: PromiseWithResolvers<void> = Promise.withResolvers();
  let answered = 0;
  const connections = Array.from({ length: CONNECTIONS }, async () => {
    for (const target of queue) {
      while (typeof target.tries.at(-1) !== "number") {
        if (performance.now() > deadline) throw new Error("No answer any more.");
        const status = await remove(agent, urlNow(), token, target);
        if (status === "refused") await delay(10);
        else target.tries.push(status);
        if (status === "unknown") await delay(10);
      }
      answered += 1;
      if (answered > start) underWay.resolve();
    }
  });
  await Promise.all([underWay.promise.then(disturb), ...connections]);
  agent.destroy();
}

/** Returns `refused` when nobody listened. */
function remove(
  agent: Agent,
  url: string,
  token: string,
  { imageId, tag }: Target,
): Promise<204 | 404 | "unknown" | "refused"> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}/v2/images/${imageId}/tags/${tag}`,
      { agent, method: "DELETE", headers: { "X-Auth-Token": token } },
      (reply) => {
        reply.resume();
        reply.once("close", () => {
          const { statusCode: status } = reply;
          if (status === 204 || status === 404) resolve(status);
          else if (status === 503 || !reply.complete) resolve("unknown");
          else reject(new Error(`A removal was answered ${status}.`));
        });
      },
    );
    sent.once("error", (error) => {
      resolve("code" in error && error.code === "ECONNREFUSED" ? "refused" : "unknown");
    });
    sent.end();
  });
}

/**
 * Holds the answers to what lies in the tables: rows of image id, tag and whether it is deleted, of all
 * targets.
 * Throws when an answer was untrue.
 */
export function judge(targets: readonly Target[], rows: readonly string[][]) {
  const found = Map.groupBy(rows, ([imageId, tag]) => `${imageId}/${tag}`);
  const count = { removed: 0, removedUnheard: 0, unknown: 0 };
  for (const { imageId, tag, spared, tries } of targets) {
    const name = `${tag} of image ${imageId}, answered ${tries.join(", ") || "nothing"},`;
    const of = found.get(`${imageId}/${tag}`) ?? [];
    if (of.length !== 1) throw new Error(`${name} lies in ${of.length} rows.`);
    const isLive = of[0]?.[2] === "0";
    if (isLive !== spared) throw new Error(`${name} is ${isLive ? "still there" : "gone"}.`);
    const unheard = tries.filter((one) => one === "unknown").length;
    count.unknown += unheard;
    if (tries.at(-1) === 204) count.removed += 1;
    if (tries.at(-1) === 404) {
      if (unheard === 0) throw new Error(`${name} was there and nobody else removed it.`);
      count.removedUnheard += 1;
    }
  }
  return count;
}
