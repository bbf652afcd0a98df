import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { newToken } from "../lib/contestants.ts";
import { DATABASES, migrate, serverOn } from "../lib/database-contestants.ts";
import { removalsOf } from "../lib/requests.ts";
import type { Section } from "../lib/section.ts";
import { Seeder, type SeededImage } from "../lib/seed.ts";
import { sendAll } from "../lib/send-all.ts";
import { median } from "../lib/statistics.ts";
import { alignColumns } from "../lib/table.ts";

/** How many images a call changes at most. */
const IMAGES = 1_000;
const SHORT_IMAGES = 100;

/** How many removals the command has under way at once where the server plans none. */
const CONNECTIONS = 8;

/** What a plan and the change by it may take of the time of as many single removals. */
const MOST = 0.5;

/** A database, and what makes its statistics, as its own autovacuum does within a minute. */
interface Place {
  readonly name: string;
  readonly url: string;
  readonly analyze?: () => Promise<unknown>;
}

/** The milliseconds that a round took, each for all images. */
interface Round {
  readonly plan: number;
  readonly change: number;
  readonly single: number;
}

export const tagActions: Section = {
  name: "tag-actions",
  summary: "a tag removed from 1,000 images by a plan, to as many single removals, on each database",
  async run({ short, rounds }, stack) {
    const folder = stack.use(temporaryFolder("bench"));
    const places: Place[] = [{ name: "SQLite", url: `sqlite:${folder.at("bench.db")}` }];
    for (const { name, isInstalled, isPostgres, start } of DATABASES) {
      if (!isInstalled) continue;
      const instance = stack.use(await start());
      await instance.createDatabase("bench");
      await migrate(instance.url("bench"));
      const analyze = () => instance.query("ANALYZE", "bench");
      places.push({ name, url: instance.url("bench"), ...(isPostgres ? { analyze } : {}) });
    }
    const found = [];
    for (const { name, url, analyze } of places) {
      const token = newToken();
      const { port } = stack.use(await startServer(serverOn(token, url, 1)));
      const all: Round[] = [];
      // The first round warms up and is not kept.
      for (let round = 0; round <= rounds; round += 1) {
        const images = await new Seeder(port, token).makeTags(2 * (short ? SHORT_IMAGES : IMAGES), 2);
        await analyze?.();
        const measured = await measureRound(port, token, images, round % 2 === 0);
        if (round > 0) all.push(measured);
      }
      const of = (part: keyof Round) => median(all.map((one) => one[part]));
      found.push({
        name,
        plan: of("plan"),
        change: of("change"),
        single: of("single"),
        ratio: median(all.map(({ plan, change, single }) => (plan + change) / single)),
      });
    }
    const lines = found.map(({ name, plan, change, single, ratio }) => [
      name,
      ...[plan, change, single].map((time) => time.toFixed(0)),
      ratio.toFixed(2),
    ]);
    return {
      figures: found.map(({ name, ratio }) => ({
        name: `a plan for 1,000 images, carried out, to single removals, ${name}`,
        measured: ratio,
        target: { atMost: MOST },
      })),
      text:
        `A tag off 1,000 images: median milliseconds; single removals over ${CONNECTIONS} connections\n\n` +
        alignColumns([["database", "plan", "change", "single removals", "ratio"], ...lines], 0),
      data: found,
    };
  },
};

/** Removes one of the two tags of images by a plan, and the other one by one. */
async function measureRound(
  port: number,
  token: string,
  images: readonly SeededImage[],
  planFirst: boolean,
): Promise<Round> {
  const [planned = "", single = ""] = images[0]?.tags ?? [];
  const byPlan = () => removeByPlan(port, token, planned, images.length);
  const oneByOne = () => removeOneByOne(port, token, single, images);
  if (planFirst) {
    const done = await byPlan();
    return { ...done, single: await oneByOne() };
  }
  const time = await oneByOne();
  return { ...(await byPlan()), single: time };
}

async function removeByPlan(port: number, token: string, tag: string, count: number) {
  const ask = async (more: object, headers: Record<string, string> = {}) => {
    const start = performance.now();
    const reply = await fetch(`http://127.0.0.1:${port}/v2/tag-actions`, {
      method: "POST",
      headers: { "X-Auth-Token": token, "Content-Type": "application/json", ...headers },
      body: JSON.stringify({ remove: [tag], where: {}, ...more }),
    });
    const text = await reply.text();
    const time = performance.now() - start;
    if (reply.status !== 200) throw new Error(`tag-actions: ${reply.status} ${text}`);
    const { plan, images } = JSON.parse(text);
    if (images.length !== count) throw new Error(`tag-actions: ${images.length} images, not ${count}.`);
    return { plan: String(plan), time };
  };
  const { plan, time } = await ask({ dry_run: true });
  const done = await ask({}, { "If-Match": `"${plan}"` });
  return { plan: time, change: done.time };
}

async function removeOneByOne(port: number, token: string, tag: string, images: readonly SeededImage[]) {
  const requests = removalsOf(
    images.map(({ id }) => ({ id, tags: [tag] })),
    token,
  );
  const { seconds } = await sendAll(port, requests, CONNECTIONS);
  return seconds * 1_000;
}
