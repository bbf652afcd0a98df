import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { makeImage } from "../../testing/api.ts";
import { RawConnection } from "../../testing/raw-connection.ts";
import { startTestServer, tokenOf } from "../../testing/test-server.ts";
import { oneAtATime } from "./one-at-a-time.ts";

/** A reply that is larger than what the system takes when nobody reads. */
const LARGE = Buffer.alloc(8 * 1024 * 1024, "x");
const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/** A server of one handler, on a port of its own. */
async function listening(handler: RequestListener, mostWaiting?: number) {
  const server = createServer(oneAtATime(handler, mostWaiting));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

test("what is sent after a change on one connection sees it, and answers keep their order", async () => {
  await using server = await startTestServer();
  const image = `/v2/images/${await makeImage(server)}`;
  using connection = await RawConnection.open(server.port);
  const request = (method: string, path: string, last = "") =>
    `${method} ${image}${path} HTTP/1.1\r\nHost: a\r\nX-Auth-Token: ${tokenOf("ALPHA_MEMBER")}\r\n${last}\r\n`;
  const round = ["PUT", "GET", "DELETE", "GET", "DELETE"].map((method) => request(method, "/tags/x"));
  connection.write(round.join("").repeat(20) + request("GET", "/tags", "Connection: close\r\n"));
  await connection.untilClosed();
  expect(connection.statuses).toEqual([
    ...Array.from({ length: 20 }, () => [204, 204, 204, 404, 404]).flat(),
    200,
  ]);
});

test("of requests whose replies nobody reads one is begun; all are answered once they are read", async () => {
  let begun = 0;
  await using server = await listening((_, response) => {
    begun += 1;
    response.end(LARGE);
  });
  using connection = await RawConnection.open(server.port, { reads: false });
  connection.write(GET.repeat(9) + GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
  await sleep(300);
  expect(begun).toBe(1);
  connection.read();
  await connection.untilClosed();
  expect([begun, connection.statuses.length]).toEqual([10, 10]);
});

test("a connection is not read on while requests wait on it", async () => {
  const seen: string[] = [];
  await using server = await listening((request, response) => {
    seen.push(request.url ?? "");
    response.end(LARGE);
  });
  using connection = await RawConnection.open(server.port, { reads: false });
  // This is more than the system's buffers and one read hold.
  connection.write(GET.repeat(1_000_000));
  await sleep(1_000);
  expect(seen).toHaveLength(1);
  expect([connection.isClosed, connection.unsent > 0]).toEqual([false, true]);
});

test("a request with a body that waited for its turn gets its body", async () => {
  await using server = await listening((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text) => (body += String(text)));
    request.on("end", () => response.end(`<${body}>`));
  });
  using connection = await RawConnection.open(server.port);
  const post = (text: string, last = "") =>
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${text.length}\r\n${last}\r\n${text}`;
  const long = "y".repeat(200_000);
  connection.write(GET + post("one") + GET + post(long) + GET + post("last", "Connection: close\r\n"));
  const bodies = [...(await connection.untilClosed()).matchAll(/<(\w*)>/g)].map(([, body]) => body);
  expect(bodies).toEqual(["", "one", "", long, "", "last"]);
});

test("past the bound of what may wait in all, the connection that adds to it is closed", async () => {
  await using server = await listening((_, response) => void response.end(LARGE), 50);
  using patient = await RawConnection.open(server.port, { reads: false });
  patient.write(GET.repeat(40));
  await sleep(200);
  using greedy = await RawConnection.open(server.port, { reads: false });
  greedy.write(GET.repeat(40));
  await sleep(200);
  greedy.read();
  await greedy.untilClosed();
  // The requests that waited on it are gone, so there is room again.
  using next = await RawConnection.open(server.port);
  next.write(GET + GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
  await next.untilClosed();
  expect(next.statuses).toEqual([200, 200]);
});
