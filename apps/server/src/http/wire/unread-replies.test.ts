import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { RawConnection } from "../../testing/raw-connection.ts";
import { UnreadReplies } from "./unread-replies.ts";

const MB = 1024 * 1024;

test("past the bound of what nobody reads the oldest reply's connection is closed, and no other", async () => {
  const unread = new UnreadReplies(50 * MB);
  const begun: ServerResponse[] = [];
  const server = createServer((_, response) => {
    begun.push(response);
    response.end(Buffer.alloc(20 * MB));
    unread.note(response);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  await using _ = { [Symbol.asyncDispose]: () => new Promise<void>((end) => void server.close(() => end())) };
  const { port } = server.address() as AddressInfo;
  const callers = [];
  for (let count = 1; count <= 3; count += 1) {
    const caller = await RawConnection.open(port, { reads: false });
    callers.push(caller);
    caller.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    while (begun.length < count) await sleep(5);
  }
  expect(begun.map(({ destroyed }) => destroyed)).toEqual([true, false, false]);
  for (const caller of callers) caller.read();
  const lengths = await Promise.all(callers.map(async (caller) => (await caller.untilClosed()).length));
  expect(lengths.map((length) => length > 20 * MB)).toEqual([false, true, true]);
});
