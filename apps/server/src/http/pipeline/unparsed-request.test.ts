import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { makeImage, tagsShown } from "../../testing/api.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";
import { READY, upload } from "../../testing/upload.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { IMAGETAGS_LOG_LEVEL: "info" } });
});
afterAll(() => server[Symbol.asyncDispose]());

const TOKEN = "X-Auth-Token: alpha_member\r\n";
const HOST = "Host: h\r\n";

/** Writes bytes on one connection. Resolves with all that comes back, once the server has closed it. */
function exchange(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.write(text, "latin1"));
    let received = "";
    socket.setEncoding("latin1").on("data", (part) => (received += String(part)));
    socket.setTimeout(20_000, () => socket.destroy(new Error(`The connection stays open: ${received}`)));
    socket.on("error", (error) =>
      "code" in error && error.code === "ECONNRESET" ? resolve(received) : reject(error),
    );
    socket.on("end", () => socket.end());
    socket.on("close", () => resolve(received));
  });
}

/** The statuses and reasons of the replies in what came back. */
function repliesIn(received: string): [status: number, reason: string | undefined][] {
  return received
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .map((reply) => [Number(reply.slice(9, 12)), /"reason":"([a-z-]+)"/.exec(reply)?.[1]]);
}

describe("a request that Node does not hand on is answered in the one form, with a line in the log:", () => {
  it.each([
    ["no Host", `GET /v2/images HTTP/1.1\r\n${TOKEN}Connection: close\r\n\r\n`, 400, "malformed-request"],
    [
      "two Hosts",
      `GET /v2/images HTTP/1.1\r\n${HOST}host: i\r\nConnection: close\r\n\r\n`,
      400,
      "malformed-request",
    ],
    [
      "a Host that is none",
      "GET /v2/images HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n",
      400,
      "malformed-request",
    ],
    ["Expect: x", `GET /versions HTTP/1.1\r\n${HOST}Expect: x\r\n\r\n`, 417, "expectation-failed"],
    ["CONNECT", `CONNECT a:443 HTTP/1.1\r\n${HOST}\r\n`, 501, "not-implemented"],
    [
      "an address without an end",
      `GET http://[::1/ HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
      400,
      "malformed-request",
    ],
    ["HTTP/2.0", `GET / HTTP/2.0\r\n${HOST}\r\n`, 505, "http-version-not-supported"],
    ["HTTP/3.7", `GET / HTTP/3.7\r\n${HOST}\r\n`, 505, "http-version-not-supported"],
    ["HTTP/2 from the first byte on", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http-version-not-supported"],
    [
      "another Transfer-Encoding",
      `PUT /v2/images/x/tags HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip\r\n\r\n`,
      501,
      "not-implemented",
    ],
    [
      "a length beside chunks",
      `PUT /v2/images/x/tags HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n`,
      400,
      "malformed-request",
    ],
    ["garbage", "\x16\x03\x01garbage\r\n\r\n", 400, "malformed-request"],
    ["a blank in a header's name", `GET / HTTP/1.1\r\n${HOST}A : b\r\n\r\n`, 400, "malformed-request"],
  ] as const)("%s", async (_, text, status, reason) => {
    const lines = () => server.logged().split("\n").length;
    const before = lines();
    const received = await exchange(text);
    expect(repliesIn(received)).toEqual([[status, reason]]);
    const id = /X-Openstack-Request-Id: (req-[0-9a-f-]{36})\r\n/.exec(received)?.[1];
    expect(received).toContain("Content-Type: application/json\r\n");
    await expect.poll(lines).toBeGreaterThan(before);
    await expect.poll(() => server.logged()).toContain(id);
  });

  it("chunks in HTTP/1.0, whose framing is faulty, close the connection (RFC 9112, section 6.1)", async () => {
    const smuggled = `DELETE /v2/images/x/tags/y HTTP/1.1\r\n${HOST}${TOKEN}\r\n`;
    const received = await exchange(
      `PUT /v2/images/x/tags HTTP/1.0\r\n${HOST}${TOKEN}Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n` +
        `0\r\n\r\n${smuggled}`,
    );
    expect(repliesIn(received)).toEqual([[400, "malformed-request"]]);
  });

  it("no part of what could not be read is in the log but its method and path", async () => {
    await exchange(`FOO /v2/secrets?token=hunter2 HTTP/1.1\r\n${HOST}\r\n`);
    await exchange(`GET / HTTP/1.1\r\nX-Auth-Token : hunter2\r\n\r\n`);
    await expect.poll(() => server.logged()).toContain('"method":"FOO","path":"/v2/secrets"');
    expect(server.logged()).not.toContain("hunter2");
  });
});

describe("garbage behind a request is no answer inside another:", () => {
  const removal = (image: string, tag: string) =>
    `DELETE /v2/images/${image}/tags/${tag} HTTP/1.1\r\n${HOST}${TOKEN}\r\n`;

  test("a removal is answered, and then the garbage", async () => {
    const image = await makeImage(server, { tags: ["a", "b", "keep"] });
    const received = await exchange(`${removal(image, "a")}${removal(image, "b")}\x00\x01garbage\r\n\r\n`);
    expect(repliesIn(received)).toEqual([
      [204, undefined],
      [204, undefined],
      [400, "malformed-request"],
    ]);
    expect(await tagsShown(server, image)).toEqual(["keep"]);
  });

  test("more garbage than one piece is answered once", async () => {
    const image = await makeImage(server, { tags: ["a"] });
    const received = await exchange(`${removal(image, "a")}${"garbage\r\n\r\n".repeat(20_000)}`);
    expect(repliesIn(received)).toEqual([
      [204, undefined],
      [400, "malformed-request"],
    ]);
  });

  test("a download is whole, and nothing is written into it", async () => {
    const data = "d".repeat(3_000_000);
    const image = await makeImage(server, READY);
    expect((await upload(server, image, data)).status).toBe(204);
    const received = await exchange(
      `GET /v2/images/${image}/file HTTP/1.1\r\n${HOST}${TOKEN}\r\ngarbage\r\n\r\n`,
    );
    const begin = received.indexOf("\r\n\r\n") + 4;
    expect(received.slice(begin, begin + data.length) === data).toBe(true);
    expect(repliesIn(received.slice(begin + data.length))).toEqual([[400, "malformed-request"]]);
  });

  test("a body that breaks off has one answer, after those of what came before", async () => {
    const image = await makeImage(server, { tags: ["a"] });
    const received = await exchange(
      `${removal(image, "a")}PUT /v2/images/${image}/tags HTTP/1.1\r\n${HOST}${TOKEN}` +
        `Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`,
    );
    expect(repliesIn(received)).toEqual([
      [204, undefined],
      [400, "malformed-request"],
    ]);
  });
});
