import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { RawConnection } from "../../testing/raw-connection.ts";
import { startTestServer, tokenOf } from "../../testing/test-server.ts";

/** A request whose body does not come. */
const HALF = `POST /v2/images HTTP/1.1\r\nHost: a\r\nX-Auth-Token: ${tokenOf("ALPHA_MEMBER")}\r\nContent-Length: 9\r\n\r\n`;
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

/** Connections in the midst of a request. The server does not count them as idle. */
function busy(port: number, count: number): Promise<RawConnection[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const connection = await RawConnection.open(port);
      connection.write(HALF);
      return connection;
    }),
  );
}

test("while all connections are taken one more is answered its health check, and 503 for all else", async () => {
  await using server = await startTestServer({ env: { IMAGETAGS_MAX_CONNECTIONS: "3" } });
  const taken = await busy(server.port, 3);
  using health = await RawConnection.open(server.port);
  health.write(get("/healthcheck"));
  expect(await health.untilClosed()).toMatch(/^HTTP\/1\.1 200 [^]*Connection: close/);
  using other = await RawConnection.open(server.port);
  other.write(get("/versions"));
  const reply = await other.untilClosed();
  expect(reply).toMatch(/^HTTP\/1\.1 503 [^]*"reason":"overloaded"/);
  expect(reply).toMatch(/X-Openstack-Request-Id: req-/);
  for (const connection of taken) connection[Symbol.dispose]();
  await sleep(100);
  using next = await RawConnection.open(server.port);
  next.write(get("/versions"));
  await next.until(/^HTTP\/1\.1 200 /);
});

test("a connection on which nothing is under way gives way to a new one", async () => {
  await using server = await startTestServer({ env: { IMAGETAGS_MAX_CONNECTIONS: "2" } });
  const [first, second] = [await RawConnection.open(server.port), await RawConnection.open(server.port)];
  for (const connection of [first, second]) {
    connection.write(get("/versions"));
    await connection.until(/^HTTP\/1\.1 200 /);
  }
  using third = await RawConnection.open(server.port);
  third.write(get("/versions"));
  await third.until(/^HTTP\/1\.1 200 /);
  await first.untilClosed();
  expect(second.isClosed).toBe(false);
  second[Symbol.dispose]();
});
