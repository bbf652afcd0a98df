import { connect } from "node:net";

const CHUNK = Buffer.alloc(1024 * 1024, "x");

/** Sends so many bytes to a port of this machine, and resolves with the seconds until the answer. */
export function sendBytes(port: number, bytes: number): Promise<number> {
  const head = `PUT /v2/images/42/file HTTP/1.1\r\nHost: bench\r\nContent-Length: ${bytes}\r\nConnection: close\r\n\r\n`;
  return transfer(port, head, bytes, (text) => text.startsWith("HTTP/1.1 204"));
}

/** Gets so many bytes from a port of this machine, and resolves with the seconds until the last one. */
export function getBytes(port: number, bytes: number): Promise<number> {
  const head = `GET /v2/images/42/file?bytes=${bytes} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n`;
  return transfer(port, head, 0, (text, received) => text.startsWith("HTTP/1.1 200") && received > bytes);
}

/** Sends a head and bytes, reads to the end of the connection, and lets `isWhole` judge how the reply begins and its length. */
function transfer(
  port: number,
  head: string,
  bytes: number,
  isWhole: (begin: string, received: number) => boolean,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let begin = "";
    let received = 0;
    const start = performance.now();
    const socket = connect({
      host: "127.0.0.1",
      port,
      onread: {
        buffer: Buffer.allocUnsafe(256 * 1024),
        callback: (length, buffer) => {
          if (received === 0) begin = Buffer.from(buffer).toString("latin1", 0, Math.min(length, 200));
          received += length;
          return true;
        },
      },
    });
    socket.once("error", reject);
    socket.once("close", () => {
      if (isWhole(begin, received)) resolve((performance.now() - start) / 1000);
      else reject(new Error(`after ${received} bytes of a reply that begins with: ${begin}`));
    });
    socket.write(head, "latin1");
    let left = bytes;
    const more = () => {
      while (left > 0) {
        const chunk = left >= CHUNK.length ? CHUNK : CHUNK.subarray(0, left);
        left -= chunk.length;
        if (!socket.write(chunk)) {
          socket.once("drain", more);
          return;
        }
      }
    };
    more();
  });
}
