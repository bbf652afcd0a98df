import { Connection } from "./connection.mjs";

/** How long one measure may last at most, in milliseconds. */
const MEASURE_LIMIT = 15_000;
/** How long the requests under way may take after that. */
const GRACE = 5_000;

/**
 * What one measure found.
 * @typedef {object} Measure
 * @property {number} done requests answered as expected
 * @property {number} seconds
 * @property {Float64Array} latencies in milliseconds, in order of size
 * @property {number} generatorCpu the share of one CPU that this process took: near 1, it was the limit
 * @property {[startMicroseconds: number, endMicroseconds: number]} span on the machine's monotonic clock
 */

/**
 * Sends all requests, each connection its next one when its last is answered, and times the answers.
 * Throws when any is of another status than expected.
 * @param {number} port
 * @param {readonly Buffer[]} requests
 * @param {number} connectionCount
 * @param {number} passes how often all of them are sent
 * @param {number} expected the status of every answer
 * @returns {Promise<Measure>}
 */
export async function sendAll(port, requests, connectionCount, passes = 1, expected = 204) {
  const connections = await Promise.all(
    Array.from({ length: connectionCount }, () => new Connection(port).opened()),
  );
  try {
    return await measure(connections, requests, requests.length * passes, expected);
  } finally {
    for (const connection of connections) connection.close();
  }
}

/**
 * @param {readonly Connection[]} connections
 * @param {readonly Buffer[]} requests
 * @param {number} total
 * @param {number} expected
 * @returns {Promise<Measure>}
 */
function measure(connections, requests, total, expected) {
  return new Promise((resolve, reject) => {
    const latencies = new Float64Array(total);
    /** @type {string[]} */
    const wrong = [];
    let sent = 0;
    let done = 0;
    let busy = connections.length;
    const cpu = process.cpuUsage();
    const start = performance.now();
    const startTicks = process.hrtime.bigint();
    const deadline = start + MEASURE_LIMIT;
    const watchdog = setTimeout(
      () => reject(new Error("no answer in time to the requests under way")),
      MEASURE_LIMIT + GRACE,
    );

    const finish = () => {
      const seconds = (performance.now() - start) / 1000;
      clearTimeout(watchdog);
      if (wrong.length > 0) {
        reject(
          new Error(`${wrong.length} of ${sent} answers were not ${expected}; the first was:\n${wrong[0]}`),
        );
        return;
      }
      const { user, system } = process.cpuUsage(cpu);
      resolve({
        done,
        seconds,
        latencies: latencies.subarray(0, done).toSorted(),
        generatorCpu: (user + system) / 1e6 / seconds,
        span: [toMicroseconds(startTicks), toMicroseconds(process.hrtime.bigint())],
      });
    };

    /** @param {Connection} connection */
    const sendNext = (connection) => {
      const request = requests[sent % requests.length];
      const began = performance.now();
      if (request === undefined || sent === total || began > deadline) {
        busy -= 1;
        if (busy === 0) finish();
        return;
      }
      sent += 1;
      connection.send(request, (reply) => {
        if (reply instanceof Error) {
          clearTimeout(watchdog);
          reject(reply);
          return;
        }
        if (reply.status === expected) latencies[done++] = performance.now() - began;
        else wrong.push(reply.text);
        sendNext(connection);
      });
    };
    for (const connection of connections) sendNext(connection);
  });
}

/** @param {bigint} ticks nanoseconds */
function toMicroseconds(ticks) {
  return Number(ticks / 1000n);
}
