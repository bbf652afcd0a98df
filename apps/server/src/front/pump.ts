import type { IncomingMessage, OutgoingMessage } from "node:http";
import { observer } from "../observer.ts";

/** How many bytes may wait to be written. With Node's own 64 KB, each chunk would wait for the one before. */
export const MOST_WAITING = 512 * 1024;

/** Which way a body goes. */
type Direction = "to-glance" | "from-glance";

/**
 * Writes a body on as fast as it is taken, and calls `end` when it was whole. Stops when what is returned is called; what
 * is still to come is for whoever reads on.
 */
export function pump(
  from: IncomingMessage,
  to: OutgoingMessage,
  direction: Direction,
  end: () => void,
): () => void {
  const write = (chunk: Buffer): void => {
    observer?.passed(direction, chunk.length);
    // A write that fits is never followed by a drain.
    if (!to.write(chunk) && to.writableLength > MOST_WAITING) from.pause();
  };
  const resume = (): void => void from.resume();
  from.on("data", write).once("end", end);
  to.on("drain", resume);
  return () => {
    from.off("data", write).off("end", end);
    to.off("drain", resume);
  };
}
