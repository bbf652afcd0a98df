import type { IncomingMessage } from "node:http";

/** The whole body of a message. Rejects where it is longer than `most` bytes, or breaks off. */
export async function readWhole(message: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    if (!Buffer.isBuffer(chunk)) throw new Error("The body does not come as bytes.");
    bytes += chunk.length;
    if (bytes > most) throw new Error(`The body is longer than ${most} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
