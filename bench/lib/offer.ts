import { Connection } from "./connection.ts";
import { percentile } from "./statistics.ts";
import { sendByWrk } from "./wrk.ts";

/** More than the server lets wait. */
export const OFFERING_CONNECTIONS = 2_000;
/** How often requests that are due are sent, in milliseconds. */
const TICK = 1;

/** What became of requests that came at a rate of their own. */
interface Offered {
  /** Requests per second. */
  readonly offered: number;
  /** Answers 204 per second. */
  readonly served: number;
  /** Answers 503 per second. */
  readonly refused: number;
  /** In milliseconds: of the answers 204 and of the answers 503, `NaN` when there are none; by wrk of all together. */
  readonly p99s: readonly number[];
}

/**
 * The same by wrk, which takes a fraction of the CPU and leaves the rest to the server. It tells besides how many
 * removals were done: whether those under way at the end were is not known.
 */
export async function offerByWrk(port: number, requests: readonly Buffer[], rate: number, duration: number) {
  const load = { port, requests, rate, connections: OFFERING_CONNECTIONS, seconds: duration };
  const { sent, done, refused, seconds, p99 } = await sendByWrk(load);
  const offered: Offered = {
    offered: done / seconds,
    served: (done - refused) / seconds,
    refused: refused / seconds,
    p99s: [p99],
  };
  return { ...offered, removed: { least: done - refused, most: sent - refused } };
}

/**
 * Sends requests at a steady rate, whatever becomes of those before: as many callers do who know nothing of
 * each other. `rate` per second.
 */
export async function offer(port: number, requests: readonly Buffer[], rate: number): Promise<Offered> {
  const connections = await Promise.all(
    Array.from({ length: OFFERING_CONNECTIONS }, () => new Connection(port).opened()),
  );
  try {
    const { served, refused, seconds } = await sendAtRate([...connections], requests, rate);
    return {
      offered: requests.length / seconds,
      served: served.length / seconds,
      refused: refused.length / seconds,
      p99s: [p99Of(served), p99Of(refused)],
    };
  } finally {
    for (const connection of connections) connection.close();
  }
}

function sendAtRate(
  free: Connection[],
  requests: readonly Buffer[],
  rate: number,
): Promise<{ served: number[]; refused: number[]; seconds: number }> {
  return new Promise((resolve, reject) => {
    const served: number[] = [];
    const refused: number[] = [];
    const start = performance.now();
    let sent = 0;
    const send = (connection: Connection, request: Buffer) => {
      const began = performance.now();
      connection.send(request, (reply) => {
        if (reply instanceof Error) return fail(reply);
        if (reply.status !== 204 && reply.status !== 503) return fail(new Error(reply.text));
        (reply.status === 204 ? served : refused).push(performance.now() - began);
        free.push(connection);
        if (served.length + refused.length < requests.length) return;
        clearInterval(timer);
        resolve({ served, refused, seconds: (performance.now() - start) / 1000 });
      });
    };
    const fail = (error: Error) => {
      clearInterval(timer);
      reject(error);
    };
    const timer = setInterval(() => {
      const due = Math.min(requests.length, Math.floor(((performance.now() - start) / 1000) * rate));
      while (sent < due) {
        const request = requests[sent];
        const connection = request === undefined ? undefined : free.pop();
        // With every connection in use the generator falls behind: what is offered is told as it was.
        if (request === undefined || connection === undefined) return;
        sent += 1;
        send(connection, request);
      }
    }, TICK);
  });
}

function p99Of(times: number[]) {
  return times.length === 0
    ? NaN
    : percentile(
        times.toSorted((a, b) => a - b),
        0.99,
      );
}
