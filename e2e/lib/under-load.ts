import { setTimeout as delay } from "node:timers/promises";
import { makeImage, TOKEN } from "./image-requests.ts";
import { JudgedLoad, type LoadFigures } from "./judged-load.ts";

/** How long it must have been good to be good again, in milliseconds. */
const CALM = 1_500;
/**
 * The bounds that a run holds to, in milliseconds. They are wider than what is promised, since other work on the
 * machine must fail no run. What was measured is printed.
 */
const LONGEST = 5_000;
const BACK = 6_000;

/** Servers that callers use, and the tables below them. */
export interface Scene {
  readonly urls: () => readonly string[];
  /** Image and tag of each live row of these images, once for each node that has them. */
  readonly liveTags: (images: readonly string[]) => Promise<readonly string[][][]>;
}

/** What is broken under load, and mended afterwards. */
export interface Disturbance {
  /** Resolves with when the database itself could be written to again. */
  readonly break: () => Promise<number>;
  /** Resolves when all is as before, but for what the servers still do. */
  readonly mend: () => Promise<void>;
}

/** Breaks something under load, and resolves with lines of figures. Throws when an answer was untrue. */
export async function disturb({ urls, liveTags }: Scene, fault: Disturbance): Promise<string> {
  const [url = ""] = urls();
  const images = await Promise.all(Array.from({ length: 8 }, () => makeImage(url)));
  const load = new JudgedLoad({ urls, token: TOKEN, images });
  const begin = performance.now();
  await delay(1_000);
  const from = performance.now();
  const recovered = await fault.break();
  await untilCalm(load, from);
  const mended = performance.now();
  await fault.mend();
  await untilCalm(load, performance.now());
  const to = performance.now();
  await load.stop();
  const judged = (await liveTags(images)).map((rows) => load.judge(rows));
  const broken = load.figures(from, mended);
  const after = load.figures(mended, to);
  const back = Math.max(0, from + broken.lastFailure - recovered);
  if (load.figures(begin, from).unavailable > broken.unavailable)
    throw new Error("There were failures before.");
  for (const { unanswered, longest } of [broken, after]) {
    if (unanswered > 0) throw new Error(`${unanswered} requests had no answer.`);
    if (longest > LONGEST) throw new Error(`An answer took ${seconds(longest)}.`);
  }
  if (back > BACK) throw new Error(`The servers were back ${seconds(back)} after the database.`);
  return [
    `${describe(broken)}; database back after ${seconds(recovered - from)}, servers ${seconds(back)} later`,
    `when it was mended: ${describe(after)}`,
    `${judged[0]?.told} tags as told on ${judged.length} nodes, ${judged[0]?.unknown} of unknown outcome, 0 untrue`,
  ].join("\n    ");
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

/** Does something again while it fails. */
export async function untilDone<Result>(work: () => Promise<Result>): Promise<Result> {
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
