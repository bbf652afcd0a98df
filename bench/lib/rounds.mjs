import { NAMES } from "./contestants.mjs";
import { removalsOf } from "./requests.mjs";
import { sendAll } from "./send-all.mjs";
import { percentile } from "./statistics.mjs";

/** @typedef {import("./child-server.mjs").ChildServer} ChildServer */
/** @typedef {import("./options.mjs").Load} Load */
/** @typedef {import("./seed.mjs").Seeder} Seeder */

/**
 * One measure of one server.
 * @typedef {object} Result
 * @property {number} round
 * @property {number} connections
 * @property {string} server
 * @property {number} done
 * @property {number} perSecond
 * @property {number} p50 milliseconds
 * @property {number} p99 milliseconds
 * @property {number} generatorCpu
 *
 * What takes part: the servers in their order, and the way to make tags on the first.
 * @typedef {object} Arena
 * @property {readonly ChildServer[]} servers
 * @property {Seeder} seeder
 * @property {string} token
 */

/** How often a peer gets the requests: it keeps nothing, and one pass is over too soon to be measured well. */
const PEER_PASSES = 4;

/**
 * Measures every load on every server in turn, round after round, so that what else the machine does
 * falls on all of them.
 * @param {Arena} arena
 * @param {{ rounds: number, warmUp: Load, loads: readonly Load[] }} plan
 * @param {(result: Result) => void} report
 */
export async function runRounds(arena, { rounds, warmUp, loads }, report) {
  await measureAll(arena, warmUp, 0);
  for (let round = 1; round <= rounds; round += 1) {
    for (const load of loads) {
      for (const result of await measureAll(arena, load, round)) report(result);
    }
  }
}

/**
 * Sends the same requests to each server: to ours they are removals of tags made for them.
 * @param {Arena} arena
 * @param {Load} load
 * @param {number} round
 */
async function measureAll({ servers, seeder, token }, { connections, count }, round) {
  const images = await seeder.makeTags(count);
  const requests = removalsOf(images, token);
  /** @type {Result[]} */
  const results = [];
  for (const { name: server, port } of servers) {
    const passes = server === NAMES.ours ? 1 : PEER_PASSES;
    const { done, seconds, latencies, generatorCpu } = await sendAll(
      port,
      requests,
      connections,
      passes,
    ).catch((/** @type {Error} */ error) => {
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

/**
 * A 204 is worth counting only when the tag is gone.
 * @param {Seeder} seeder
 * @param {import("./seed.mjs").SeededImage[]} images
 * @param {number} expected
 */
async function checkRemoved(seeder, images, expected) {
  const left = await seeder.countTags(images);
  if (left !== expected) throw new Error(`${left} tags are left, but ${expected} should be.`);
}
