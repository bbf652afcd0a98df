import { NAMES } from "./contestants.ts";
import { removalsOf } from "./requests.ts";
import { sendAll } from "./send-all.ts";
import { percentile } from "./statistics.ts";
import type { Load } from "./options.ts";
import type { Seeder, SeededImage } from "./seed.ts";

/** One measure of one server. */
export interface Result {
  readonly round: number;
  readonly connections: number;
  readonly server: string;
  readonly done: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  /** Milliseconds. */
  readonly p99: number;
  readonly generatorCpu: number;
}

/** What takes part: the servers in their order, and the way to make tags on the first. */
interface Arena {
  readonly servers: readonly { readonly name: string; readonly port: number }[];
  readonly seeder: Seeder;
  readonly token: string;
}

/** How often a peer gets the requests: it keeps nothing, and one pass is over too soon to be measured well. */
const PEER_PASSES = 4;

/**
 * Measures every load on every server in turn, round after round, so that what else the machine does
 * falls on all of them.
 */
export async function runRounds(
  arena: Arena,
  { rounds, warmUp, loads }: { rounds: number; warmUp: Load; loads: readonly Load[] },
  report: (result: Result) => void,
) {
  await measureAll(arena, warmUp, 0);
  for (let round = 1; round <= rounds; round += 1) {
    for (const load of loads) {
      for (const result of await measureAll(arena, load, round)) report(result);
    }
  }
}

/** Sends the same requests to each server: to ours they are removals of tags made for them. */
async function measureAll({ servers, seeder, token }: Arena, { connections, count }: Load, round: number) {
  const images = await seeder.makeTags(count);
  const requests = removalsOf(images, token);
  const results: Result[] = [];
  for (const { name: server, port } of servers) {
    const passes = server === NAMES.ours ? 1 : PEER_PASSES;
    const { done, seconds, latencies, generatorCpu } = await sendAll(
      port,
      requests,
      connections,
      passes,
    ).catch((error: Error) => {
      throw new Error(`${server}, ${connections} connections: ${error.message}`, { cause: error });
    });
    if (server === NAMES.ours) await checkRemoved(seeder, images, count - done);
    results.push({
      round,
      connections,
      server,
      done,
      perSecond: done / seconds,
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      generatorCpu,
    });
  }
  return results;
}

/** A 204 is worth counting only when the tag is gone. */
async function checkRemoved(seeder: Seeder, images: SeededImage[], expected: number) {
  const left = await seeder.countTags(images);
  if (left !== expected) throw new Error(`${left} tags are left, but ${expected} should be.`);
}
