import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { problemOf } from "./judge.ts";
import type { Random } from "./random.ts";
import { splitReplies, type Reply } from "./replies.ts";
import { damaged, noise, randomRequest, type Sent } from "./random-requests.ts";

/** How long a connection may go on after its last byte, in milliseconds: machines can be slow. */
const PATIENCE = 60_000;
/** How long a connection is waited for of which it is not known how many replies it owes, in milliseconds. */
const QUIET = 300;

/** What one connection sent and what came of it. */
export interface Conversation {
  readonly requests: number;
  readonly replies: readonly Reply[];
  /** What was wrong, in words. */
  readonly problems: readonly string[];
  /** The ids of images that were made. */
  readonly made: readonly string[];
}

/** How what is sent ends: in a request, in garbage, or with damage somewhere. */
type Ending = "whole" | "garbage" | "damage";

/** Talks with the server over one connection: several requests at once, and perhaps what is none. */
export async function converse(
  port: number,
  random: Random,
  images: readonly string[],
): Promise<Conversation> {
  const ending: Ending = random.chance(0.7) ? "whole" : random.chance(0.5) ? "garbage" : "damage";
  const before = random.list(12, () => randomRequest(random, images));
  const all = [...before, randomRequest(random, images, true)];
  // Where damage may end a request earlier, it is not known which reply is to HEAD and has no body.
  const sent = ending === "damage" ? all.filter(({ method }) => method !== "HEAD") : all;
  const bytes = bytesOf(random, sent, ending);
  const received = await exchange(port, random, bytes, ending === "whole");
  return judge(sent, received, ending);
}

function bytesOf(random: Random, sent: readonly Sent[], ending: Ending): Buffer {
  const whole = Buffer.concat(sent.map((request) => request.bytes));
  if (ending === "whole") return whole;
  if (ending === "damage") return damaged(random, whole);
  const first = Buffer.concat(sent.slice(0, -1).map((request) => request.bytes));
  return Buffer.concat([first, noise(random, 200), Buffer.from("\r\n\r\n")]);
}

/** Sends in pieces and reads until the connection is closed, or is quiet where it may stay open. */
async function exchange(port: number, random: Random, bytes: Buffer, mustClose: boolean): Promise<Buffer> {
  const socket = connect(port, "127.0.0.1");
  const received: Buffer[] = [];
  let lastMoved = performance.now();
  socket.on("data", (chunk) => {
    received.push(chunk);
    lastMoved = performance.now();
  });
  // A reset connection is over like one that was closed.
  socket.on("error", () => undefined);
  const closed = new Promise<"closed">((resolve) => socket.once("close", () => resolve("closed")));
  const pieces = random.chance(0.7) ? 1 : 1 + random.below(4);
  for (let piece = 0; piece < pieces; piece += 1) {
    const [from, to] = [piece, piece + 1].map((at) => Math.floor((bytes.length * at) / pieces));
    socket.write(bytes.subarray(from, to));
    if (piece + 1 < pieces) await sleep(1);
  }
  lastMoved = performance.now();
  const limit = mustClose ? PATIENCE : QUIET;
  while ((await Promise.race([closed, sleep(20, "open" as const)])) === "open") {
    if (performance.now() - lastMoved < limit) continue;
    socket.destroy();
    if (mustClose) throw new Error(`The connection is open ${PATIENCE} ms after all was sent.`);
  }
  return Buffer.concat(received);
}

function judge(sent: readonly Sent[], received: Buffer, ending: Ending): Conversation {
  // Garbage replaces the last request.
  const answered = ending === "garbage" ? sent.slice(0, -1) : sent;
  const methods = answered.map(({ method }) => method);
  const { replies, rest } = splitReplies(received, ending === "damage" ? [] : methods);
  const problems: string[] = [];
  const made: string[] = [];
  const final = replies.filter(({ status }) => status >= 200);
  for (const [index, reply] of final.entries()) {
    // A damaged request is another one than was written, so nothing is known of it.
    const request = ending === "damage" ? undefined : answered[index];
    const problem = problemOf(reply, request);
    if (problem !== undefined)
      problems.push(`${request?.method ?? "?"} ${request?.target ?? "?"}: ${problem}`);
    if (request?.method === "POST" && request.target === "/v2/images" && reply.status === 201) {
      made.push(String(JSON.parse(reply.body.toString("utf8")).id));
    }
  }
  // A reply that closes its connection is the last one.
  const isCut = final.at(-1)?.headers.get("connection") === "close";
  if (ending === "whole" && final.length < sent.length && !isCut) {
    problems.push(`${sent.length} requests got ${final.length} replies.`);
  }
  // Damage can leave a rest that is answered as a request of its own.
  const most = ending === "damage" ? sent.length + 1 : sent.length;
  if (final.length > most) problems.push(`${sent.length} requests got ${final.length} replies.`);
  if (ending === "whole" && rest.length > 0)
    problems.push(`A reply is not whole: ${rest.toString("latin1", 0, 200)}`);
  return { requests: sent.length, replies: final, problems, made };
}
