import type { IncomingMessage, OutgoingMessage } from "node:http";
import { GlanceConnection } from "./glance-connection.ts";
import { MOST_WAITING, pump } from "./pump.ts";
import { observer } from "../observer.ts";

/** The shortest body whose rest is read past Node's parser, in bytes. */
export const LONG = 1024 * 1024;

/** What follows a reply's body. */
interface Endings {
  /** It was whole. */
  readonly end: () => void;
  /** It broke off. */
  readonly cutOff: () => void;
}

/**
 * Pumps the body of a reply on. The rest of a long one comes straight from the connection, which ends with it: Node's
 * parser would copy each part, and the length alone tells where the body ends.
 */
export function pumpReply(reply: IncomingMessage, to: OutgoingMessage, { end, cutOff }: Endings): void {
  const { socket: connection } = reply;
  let left = lengthOf(reply);
  let isPastParser = false;
  const stop = pump(reply, to, "from-glance", end);
  if (left >= LONG && connection instanceof GlanceConnection) {
    const look = (chunk: Buffer): void => {
      left -= chunk.length;
      // Only when nothing waits in the reply has the parser given all that it got.
      if (left === 0 || reply.isPaused() || reply.readableLength > 0) return;
      reply.off("data", look);
      stop();
      isPastParser = true;
      to.on("drain", resume);
      connection.readPast(write);
    };
    const resume = (): void => void connection.resume();
    const write = (bytes: Uint8Array, done: () => void): boolean => {
      const part = bytes.length > left ? bytes.subarray(0, left) : bytes;
      left -= part.length;
      observer?.passed("from-glance", part.length);
      const isTaken = to.write(part, done) || to.writableLength <= MOST_WAITING;
      if (left > 0) return isTaken;
      to.off("drain", resume);
      connection.destroy();
      end();
      return false;
    };
    reply.on("data", look);
  }
  // Closing follows.
  reply.on("error", () => undefined);
  reply.once("close", () => {
    if (isPastParser ? left > 0 : !reply.complete) cutOff();
  });
}

/** The length of a reply's body as its header tells it; 0 where it does not. */
function lengthOf({ headers }: IncomingMessage): number {
  return headers["transfer-encoding"] === undefined ? Number(headers["content-length"] ?? 0) : 0;
}
