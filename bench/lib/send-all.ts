import { Connection } from "./connection.ts";

/** How long one measure may last at most, in milliseconds. */
const MEASURE_LIMIT = 15_000;
/** How long the requests under way may take after that. */
const GRACE = 5_000;

/** What one measure found. */
interface Measure {
  /** Requests answered as expected. */
  readonly done: number;
  readonly seconds: number;
  /** In milliseconds, in order of size. */
  readonly latencies: Float64Array;
  /** The share of one CPU that this process took: near 1, it was the limit. */
  readonly generatorCpu: number;
  /** On the machine's monotonic clock. */
  readonly span: [startMicroseconds: number, endMicroseconds: number];
}

/**
 * Sends all requests, each connection its next one when its last is answered, and times the answers.
 * Throws when any is of another status than expected. `passes` how often all of them are sent. `expected` the
 * status of every answer.
 */
export async function sendAll(
  port: number,
  requests: readonly Buffer[],
  connectionCount: number,
  passes: number = 1,
  expected: number = 204,
): Promise<Measure> {
  const connections = await Promise.all(
    Array.from({ length: connectionCount }, () => new Connection(port).opened()),
  );
  try {
    return await measure(connections, requests, requests.length * passes, expected);
  } finally {
    for (const connection of connections) connection.close();
  }
}

function measure(
  connections: readonly Connection[],
  requests: readonly Buffer[],
  total: number,
  expected: number,
): Promise<Measure> {
  return new Promise((resolve, reject) => {
    const latencies = new Float64Array(total);
    const wrong: string[] = [];
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

    const sendNext = (connection: Connection) => {
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

/** `ticks` nanoseconds. */
function toMicroseconds(ticks: bigint) {
  return Number(ticks / 1000n);
}
