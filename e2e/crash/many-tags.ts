import { setTimeout as delay } from "node:timers/promises";

/** As many as one transaction changes. */
const IMAGES = 1_000;
const KILLS = 8;
/** How many requests of the seeding are under way at once. */
const WORKERS = 16;

/** A server that can be killed and started again on the same database. */
interface Server extends AsyncDisposable {
  readonly url: string;
  readonly kill: () => Promise<unknown>;
}

/** What the kills are made of. */
interface Setting {
  readonly start: () => Promise<Server>;
  readonly token: string;
  /** The rows of the table of tags: image, tag, and 0 for a live one. */
  readonly rows: () => Promise<string[][]>;
}

/** How many changes were whole and how many were not there after a kill, and how many of all had no answer. */
export interface KilledChanges {
  readonly whole: number;
  readonly none: number;
  readonly unanswered: number;
}

/**
 * Gives a thousand images another tag in the place of theirs by one call, again and again, and kills the server a little later in
 * each. Throws where a change was done in part, or was answered and is not there.
 */
export async function killInChanges({ start, token, rows }: Setting): Promise<KilledChanges> {
  await using stack = new AsyncDisposableStack();
  let server = stack.use(await start());
  const ids = await makeImages(server.url, token, "blue");
  const count = { whole: 0, none: 0, unanswered: 0 };
  let [borne, next] = ["blue", "green"];
  // The first is not killed, and tells how long one takes.
  const first = await planChange(server.url, token, borne, next);
  const begun = performance.now();
  if ((await first()) !== 200) throw new Error("The first change has no answer.");
  const duration = performance.now() - begun;
  [borne, next] = [next, borne];
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const carryOut = await planChange(server.url, token, borne, next);
    const answer = carryOut();
    await delay((duration * kill) / KILLS);
    await server.kill();
    const status = await answer;
    server = stack.use(await start());
    const isWhole = wholeOrNone(ids, borne, next, await rows());
    if (status === 200 && !isWhole) throw new Error("A change was answered 200 and is not there.");
    if (status === undefined) count.unanswered += 1;
    count[isWhole ? "whole" : "none"] += 1;
    if (isWhole) [borne, next] = [next, borne];
  }
  if (count.unanswered === 0) throw new Error("No kill came before an answer.");
  return count;
}

/** Plans a change and gives what carries it out: it resolves with the status, or with `undefined` where no answer came. */
async function planChange(url: string, token: string, remove: string, add: string) {
  const change = { remove: [remove], add: [add], where: { tag: ["many"] } };
  const post = (more: object, headers: Record<string, string> = {}) =>
    fetch(`${url}/v2/tag-actions`, {
      method: "POST",
      headers: { "X-Auth-Token": token, "Content-Type": "application/json", ...headers },
      body: JSON.stringify({ ...change, ...more }),
    });
  const planned = await post({ dry_run: true });
  const { plan, images } = JSON.parse(await planned.text());
  if (planned.status !== 200 || images.length !== IMAGES) throw new Error(`Planned: ${planned.status}.`);
  return async () => {
    const reply = await post({}, { "If-Match": `"${plan}"` }).catch(() => undefined);
    const text = await reply?.text().catch(() => undefined);
    if (text !== undefined && reply?.status !== 200) throw new Error(`A change was answered ${text}`);
    return text === undefined ? undefined : reply?.status;
  };
}

function wholeOrNone(ids: ReadonlySet<string>, borne: string, next: string, rows: string[][]): boolean {
  const live = rows.filter(([id = "", , deleted]) => ids.has(id) && deleted === "0");
  const bearing = (tag: string) => live.filter(([, value]) => value === tag).length;
  const [before, after] = [bearing(borne), bearing(next)];
  if (before + after !== IMAGES || (before !== 0 && after !== 0)) {
    throw new Error(
      `${before} of ${IMAGES} images bear the tag before the change, and ${after} that after it.`,
    );
  }
  return after === IMAGES;
}

async function makeImages(url: string, token: string, tag: string): Promise<ReadonlySet<string>> {
  const ids = Array.from(
    { length: IMAGES },
    (_, index) => `00000000-0000-4000-9000-${String(index).padStart(12, "0")}`,
  );
  const queue = ids.values();
  const worker = async () => {
    for (const id of queue) {
      const reply = await fetch(`${url}/v2/images`, {
        method: "POST",
        headers: { "X-Auth-Token": token, "Content-Type": "application/json" },
        body: JSON.stringify({ id, tags: ["many", tag] }),
      });
      if (reply.status !== 201) throw new Error(`An image was answered ${reply.status}.`);
      await reply.text();
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  return new Set(ids);
}
