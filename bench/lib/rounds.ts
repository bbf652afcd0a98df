import { NAMES } from "./contestants.ts";
import { removalsOf } from "./requests.ts";
import { sendAll } from "./send-all.ts";
import { percentile } from "./statistics.ts";
import type { Load } from "./options.ts";
import type { SeededImage, Seeder } from "./seed.ts";
import { sendByWrk } from "./wrk.ts";

/** What sends the requests: wrk, or this process. */
export type Generator = "wrk" | "own";

/** One measure of one server. */
export interface Result {
  readonly round: number;
  readonly connections: number;
  readonly server: string;
  readonly generator: Generator;
  readonly done: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  /** Milliseconds. */
  readonly p99: number;
}

type Measure = Omit<Result, "round" | "connections" | "generator">;

/** What takes part: the servers in their order, and the way to make tags on the first. */
interface Arena {
  readonly servers: readonly { readonly name: string; readonly port: number }[];
  readonly seeder: Seeder;
  readonly token: string;
}

/** How often a peer gets the requests: it keeps nothing, and one pass is over too soon to be measured well. */
const PEER_PASSES = 4;

/** How long wrk sends, in seconds. */
const WRK_SECONDS = 1;
/** How many times as many tags are made for wrk as it is likely to remove in that time. */
const WRK_MARGIN = 2;

/** How much is measured. */
interface Plan {
  readonly rounds: number;
  readonly warmUp: Load;
  readonly loads: readonly Load[];
  readonly generators: readonly Generator[];
}

/**
 * Measures every load on every server in turn, by each generator, round after round, so that what else the machine
 * does falls on all of them.
 */
export async function runRounds(
  arena: Arena,
  { rounds, warmUp, loads, generators }: Plan,
  report: (result: Result) => void,
) {
  await sendOwn(arena, warmUp);
  for (let round = 1; round <= rounds; round += 1) {
    for (const load of loads) {
      const { connections } = load;
      const own = await sendOwn(arena, load);
      for (const found of own) report({ round, connections, generator: "own", ...found });
      if (!generators.includes("wrk")) continue;
      const likely = own.find(({ server }) => server === NAMES.ours)?.perSecond ?? 0;
      for (const found of await sendWrk(arena, connections, likely * WRK_SECONDS)) {
        report({ round, connections, generator: "wrk", ...found });
      }
    }
  }
}

/** Sends the same requests to each server: to ours they are removals of tags made for them. */
async function sendOwn({ servers, seeder, token }: Arena, { connections, count }: Load) {
  const images = await seeder.makeTags(count);
  const requests = removalsOf(images, token);
  const found: Measure[] = [];
  for (const { name: server, port } of servers) {
    const passes = server === NAMES.ours ? 1 : PEER_PASSES;
    const { done, seconds, latencies } = await sendAll(port, requests, connections, passes).catch(
      (error: Error) => {
        throw new Error(`${server}, ${connections} connections: ${error.message}`, { cause: error });
      },
    );
    if (server === NAMES.ours) await checkRemoved(seeder, images, count - done, count - done);
    const [p50, p99] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
    found.push({ server, done, perSecond: done / seconds, p50, p99 });
  }
  return found;
}

/** The same by wrk, which sends for a time: so many tags are made that it cannot remove them all. */
async function sendWrk(arena: Arena, connections: number, likely: number): Promise<Measure[]> {
  const { servers, seeder, token } = arena;
  const images = await seeder.makeTags(Math.ceil(likely * WRK_MARGIN));
  const requests = removalsOf(images, token);
  const found: Measure[] = [];
  for (const { name: server, port } of servers) {
    const load = { port, requests, connections, seconds: WRK_SECONDS };
    const { sent, done, refused, seconds, p50, p99 } = await sendByWrk(load);
    if (server === NAMES.ours) {
      // It was faster than it seemed: what it did with the tags all gone is no measure.
      if (sent > requests.length) return await sendWrk(arena, connections, sent * WRK_MARGIN);
      // Those under way at the end are done or not.
      await checkRemoved(seeder, images, requests.length - sent, requests.length - done);
    }
    if (refused > 0) throw new Error(`${server}, ${connections} connections, wrk: ${refused} refusals.`);
    found.push({ server, done, perSecond: done / seconds, p50, p99 });
  }
  return found;
}

/** A 204 is worth counting only when the tag is gone. */
async function checkRemoved(seeder: Seeder, images: SeededImage[], least: number, most: number) {
  const left = await seeder.countTags(images);
  if (left < least || left > most) throw new Error(`${left} tags are left, not ${least} to ${most}.`);
}
