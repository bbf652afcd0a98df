import { availableParallelism, cpus } from "node:os";

/** @typedef {import("./options.mjs").Options} Options */
/** @typedef {import("./rounds.mjs").Result} Result */

/** What the figures are figures of. */
export const WHAT_IS_MEASURED =
  "Measured: the time from writing a request to reading its whole answer, over connections that stay open, each\n" +
  "with one request under way. imagetags removes an existing tag durably each time, and is checked to have; the\n" +
  "other two only answer 204 to the same bytes. Not measured: making connections and tags, TLS, a network (the\n" +
  "generator shares this machine's CPUs with each server), Keystone, and any database but the embedded one.\n";

export const TOO_SHORT = "This round was too short for its figures to mean anything.\n";

/**
 * What a person must know to read the table.
 * @param {Options} options
 * @param {number} flushMilliseconds
 */
export function header({ loads, rounds }, flushMilliseconds) {
  const machine = `${availableParallelism()} CPUs (${cpus()[0]?.model ?? "unknown"})`;
  const counts = loads.map(({ connections, count }) => `${count} over ${connections}`).join(", ");
  return (
    `Removals of a tag; Node.js ${process.version}, ${machine}\n` +
    `Database: SQLite, journal_mode=WAL, synchronous=FULL; ` +
    `this disk makes 4 KB durable in ${flushMilliseconds.toFixed(2)} ms\n` +
    `Removals: ${counts} connections; ${rounds === 1 ? "one round" : `medians of ${rounds} rounds`}\n`
  );
}

/**
 * One measure on one line.
 * @param {Result} result
 */
export function describe({ round, connections, server, done, perSecond, p50, p99, generatorCpu }) {
  return (
    `round ${round}, connections ${connections}, ${server}: ${done} at ${perSecond.toFixed(0)} per second, ` +
    `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, ` +
    `load generator at ${(generatorCpu * 100).toFixed(0)} % of a CPU\n`
  );
}
