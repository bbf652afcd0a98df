import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, test } from "vitest";
import { makeImage } from "../../testing/api.ts";
import { RawConnection } from "../../testing/raw-connection.ts";
import { startTestServer, tokenOf, type CallerName } from "../../testing/test-server.ts";
import { READY, shown } from "../../testing/upload.ts";

/** The head of a request with a body of `length` bytes, of which none is sent. */
function head(method: string, path: string, length: number | string, as?: CallerName, more = ""): string {
  const token = as === undefined ? "" : `X-Auth-Token: ${tokenOf(as)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: a\r\n${token}Content-Length: ${length}\r\n${more}\r\n`;
}

const OCTETS = "Content-Type: application/octet-stream\r\n";
const EXPECT = "Expect: 100-continue\r\n";
const UNKNOWN = "/v2/images/00000000-0000-4000-8000-000000000000";

// Each waits for the server to give up the rest of a body; they wait together.
it.concurrent.each([
  ["a length of 10 GB", 413, head("POST", "/v2/images", 10_000_000_000, "ALPHA_MEMBER")],
  ["a length of one byte too many", 413, head("POST", "/v2/images", 1024 * 1024 + 1, "ALPHA_MEMBER")],
  ["a body without a token", 401, head("POST", "/v2/images", 100)],
  ["an upload without a token", 401, head("PUT", `${UNKNOWN}/file`, 10_000_000, undefined, OCTETS)],
  ["an upload for no image", 404, head("PUT", `${UNKNOWN}/file`, 10_000_000, "ALPHA_MEMBER", OCTETS)],
  ["an upload of another type", 415, head("PUT", `${UNKNOWN}/file`, 10_000_000, "ALPHA_MEMBER")],
  ["a body for no route", 404, head("POST", "/v2/nothing", 100, "ALPHA_MEMBER")],
  ["a body for another method", 405, head("POST", UNKNOWN, 100, "ALPHA_MEMBER")],
])("%s is %i at once, and the connection is closed, however much was to come", async (_, status, request) => {
  await using server = await startTestServer();
  using connection = await RawConnection.open(server.port);
  const start = performance.now();
  connection.write(`${request}abc`);
  const reply = await connection.until(/\r\n\r\n\{.*\}$/s);
  expect(performance.now() - start).toBeLessThan(1_500);
  expect(connection.statuses).toEqual([status]);
  expect(reply).toMatch(/\r\nConnection: close\r\n/);
  await connection.untilClosed();
});

test("a refusal reaches a caller who goes on sending", async () => {
  await using server = await startTestServer();
  const sendOn = async () => {
    using connection = await RawConnection.open(server.port);
    connection.write(head("POST", "/v2/images", 50_000_000) + "x".repeat(20_000_000));
    const reply = await connection.untilClosed();
    expect(connection.statuses).toEqual([401]);
    expect(reply).toMatch(/\}$/);
  };
  await Promise.all(Array.from({ length: 5 }, sendOn));
});

test("a refusal whose body has come leaves the connection for the next request", async () => {
  await using server = await startTestServer();
  using connection = await RawConnection.open(server.port);
  const body = '{"tags":5}';
  const request = `${head("POST", "/v2/images", body.length, "ALPHA_MEMBER")}${body}`;
  connection.write(request);
  await connection.until(/\r\n\r\n\{.*\}$/s);
  connection.write(request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
  await connection.untilClosed();
  expect(connection.statuses).toEqual([400, 400]);
});

test("a body that waits to be asked for is asked for by whoever reads it, and by nobody else", async () => {
  await using server = await startTestServer();
  const id = await makeImage(server, { ...READY, tags: ["x"] });
  const statusesOf = async (request: string, body: string) => {
    using connection = await RawConnection.open(server.port);
    connection.write(request);
    await connection.until(/HTTP\/1\.1 \d+ [^\r]*\r\n(?:.*\r\n)*\r\n/);
    if (connection.statuses[0] === 100) connection.write(body);
    await connection.until(/HTTP\/1\.1 [2-5]/);
    return connection.statuses;
  };
  const create = (length: number, as?: CallerName) => head("POST", "/v2/images", length, as, EXPECT);
  const put = (as?: CallerName) => head("PUT", `/v2/images/${id}/file`, 4, as, OCTETS + EXPECT);
  expect(await statusesOf(create(2), "{}")).toEqual([401]);
  expect(await statusesOf(create(10_000_000, "ALPHA_MEMBER"), "{}")).toEqual([413]);
  expect(await statusesOf(create(2, "ALPHA_MEMBER"), "{}")).toEqual([100, 201]);
  expect(await statusesOf(put(), "data")).toEqual([401]);
  expect(await statusesOf(put("BETA_MEMBER"), "data")).toEqual([404]);
  expect(await statusesOf(put("ALPHA_MEMBER"), "data")).toEqual([100, 204]);
  expect(await statusesOf(put("ALPHA_MEMBER"), "data")).toEqual([409]);
  const removal = head("DELETE", `/v2/images/${id}/tags/x`, 4, "ALPHA_MEMBER", EXPECT);
  expect(await statusesOf(removal, "")).toEqual([204]);
});

test("no upload that failed keeps its connection, and the server stops at once", async () => {
  await using server = await startTestServer();
  const id = await makeImage(server, READY);
  const missing = await makeImage(server);
  const requests = [
    head("PUT", `/v2/images/${missing}/file`, 10_000_000, "ALPHA_MEMBER", OCTETS),
    head("PUT", `${UNKNOWN}/file`, 10_000_000, "ALPHA_MEMBER", OCTETS),
  ];
  const connections = await Promise.all(
    requests.map(async (request) => {
      const connection = await RawConnection.open(server.port);
      connection.write(request + "x".repeat(100_000));
      return connection;
    }),
  );
  const brokenOff = await RawConnection.open(server.port);
  brokenOff.write(
    head("PUT", `/v2/images/${id}/file`, 10_000_000, "ALPHA_MEMBER", OCTETS) + "x".repeat(1_000),
  );
  while ((await shown(server, id))["status"] !== "saving") await sleep(5);
  brokenOff[Symbol.dispose]();
  while ((await shown(server, id))["status"] !== "queued") await sleep(5);
  await Promise.all(connections.map((connection) => connection.until(/HTTP\/1\.1 4/)));
  const start = performance.now();
  await server.running.close();
  expect(performance.now() - start).toBeLessThan(5_000);
  await Promise.all(connections.map((connection) => connection.untilClosed()));
});
