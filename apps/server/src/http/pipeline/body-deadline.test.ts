import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { RawConnection } from "../../testing/raw-connection.ts";
import { allowLongBody } from "../wire/ask-for-body.ts";
import { bodyDeadline } from "./body-deadline.ts";

const BODY_TIME = 200;
const POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";

async function listening(handler: RequestListener) {
  const server = createServer(bodyDeadline(handler, BODY_TIME));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

/** Sends a little again and again until the connection is closed. Resolves with what came. */
async function drip(port: number, bytes: number): Promise<string> {
  using connection = await RawConnection.open(port);
  connection.write(POST);
  for (let time = 0; time < 200 && !connection.isClosed; time += 1) {
    connection.write("x".repeat(bytes));
    await sleep(20);
  }
  return await connection.untilClosed();
}

test.concurrent("a body that drips is 408 in the end, and its connection is closed", async () => {
  await using server = await listening((request) => void request.resume());
  expect(await drip(server.port, 1)).toMatch(
    /^HTTP\/1\.1 408 [^]*Connection: close[^]*"reason":"request-timeout"/,
  );
});

test.concurrent("a body that drips after its reply has begun ends with the connection", async () => {
  await using server = await listening((request, response) => {
    request.resume();
    response.write("begun");
  });
  expect(await drip(server.port, 1)).toMatch(/^HTTP\/1\.1 200 [^]*begun\r\n$/);
});

test.concurrent("an upload may take longer as long as it moves, and no longer when it drips", async () => {
  let bytes = 0;
  await using server = await listening((request, response) => {
    allowLongBody(request);
    request.on("data", (chunk: Buffer) => (bytes += chunk.length));
    request.on("end", () => response.end("whole"));
  });
  using connection = await RawConnection.open(server.port);
  connection.write(POST);
  for (let part = 0; part < 100; part += 1) {
    connection.write("x".repeat(10_000));
    await sleep(10);
  }
  await connection.until(/whole$/);
  expect(bytes).toBe(1_000_000);
  expect(await drip(server.port, 1)).toMatch(/^HTTP\/1\.1 408 /);
});

test.concurrent("a body that its reader is slow to take is not the caller's fault", async () => {
  await using server = await listening((request, response) => {
    allowLongBody(request);
    setTimeout(() => {
      request.resume();
      request.on("end", () => response.end("whole"));
    }, 5 * BODY_TIME);
  });
  using connection = await RawConnection.open(server.port);
  connection.write(POST + "x".repeat(1_000_000));
  await connection.until(/whole$/);
});
