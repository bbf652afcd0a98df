import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeImage, tagsShown } from "../testing/api.ts";
import { RawConnection } from "../testing/raw-connection.ts";
import { startTestServer, tokenOf, type TestServer } from "../testing/test-server.ts";
import { READY, upload } from "../testing/upload.ts";

let server: TestServer;
let image: string;
beforeAll(async () => {
  server = await startTestServer();
  image = await makeImage(server, { ...READY, tags: ["a"] });
  await upload(server, image, "0123456789");
});
afterAll(() => server[Symbol.asyncDispose]());

const TOKEN = `X-Auth-Token: ${tokenOf("ALPHA_MEMBER")}`;

interface Reply {
  readonly status: number;
  /** Each line as it came, without its end. */
  readonly lines: readonly string[];
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

/** Writes text to a connection of its own and reads until the server closes it. */
async function exchange(text: string): Promise<{ replies: Reply[]; received: string }> {
  using connection = await RawConnection.open(server.port);
  connection.write(text);
  const received = await connection.untilClosed();
  const replies = received
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .filter((part) => part !== "")
    .map(parse);
  return { replies, received };
}

function parse(text: string): Reply {
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const header = (name: string) =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
      ?.slice(name.length + 1)
      .trim();
  return { status: Number(first.split(" ")[1]), lines, header, body: text.slice(end + 4) };
}

/** One request with these lines, after which the connection is to be closed. */
async function one(requestLine: string, lines: readonly string[] = [], body = ""): Promise<Reply> {
  const { replies } = await exchange(
    `${[requestLine, "Host: a", TOKEN, "Connection: close", ...lines].join("\r\n")}\r\n\r\n${body}`,
  );
  expect(replies).toHaveLength(1);
  const [reply] = replies;
  if (reply === undefined) throw new Error("No reply.");
  return reply;
}

/** What is sent is all there is: no line is added to it. */
async function bare(text: string): Promise<Reply[]> {
  return (await exchange(text)).replies;
}

describe("RFC 9110", () => {
  test("5.1: names of fields are compared whatever their case", async () => {
    const [reply] = await bare(
      `GET /v2/images HTTP/1.1\r\nhOST: a\r\n${TOKEN.toUpperCase().replace(/:.*/, "")}: ${tokenOf("ALPHA_MEMBER")}\r\nCONNECTION: Close\r\n\r\n`,
    );
    expect(reply?.status).toBe(200);
  });

  test.each(["\0", "\r", "\x01"])(
    "5.5: a value with the control character %j is refused",
    async (character) => {
      const [reply] = await bare(`GET /v2/images HTTP/1.1\r\nHost: a\r\nX: a${character}b\r\n\r\n`);
      expect(reply?.status).toBe(400);
    },
  );

  test("6.5.1: what stands in trailers is no header", async () => {
    const [reply] = await bare(
      `PUT /v2/images/${image}/tags HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n${TOKEN}\r\n\r\n`,
    );
    expect(reply?.status).toBe(401);
  });

  test("6.6.1: every reply of 2xx, 3xx and 4xx has a Date, whoever makes it", async () => {
    const etag = (await one(`GET /v2/images/${image} HTTP/1.1`)).header("etag");
    const replies = [
      await one(`GET /v2/images/${image} HTTP/1.1`),
      await one(`GET /v2/images/${image} HTTP/1.1`, [`If-None-Match: ${String(etag)}`]),
      await one(`DELETE /v2/images/${image}/tags/absent HTTP/1.1`),
      await one("GET / HTTP/1.1"),
      ...(await bare("nonsense\r\n\r\n")),
      ...(await bare("GET /v2/images HTTP/1.1\r\nConnection: close\r\n\r\n")),
      await one(`GET /${"x".repeat(20_000)} HTTP/1.1`),
      await one("GET /v2/images HTTP/1.1", [`X: ${"x".repeat(20_000)}`]),
      await one("GET /v2/images HTTP/1.1", ["Expect: nonsense"]),
      await one("UNKNOWN /v2/images HTTP/1.1"),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 304, 404, 300, 400, 400, 414, 431, 417, 405]);
    for (const { status, header } of replies) {
      const date = header("date") ?? "";
      expect(new Date(date).toUTCString(), String(status)).toBe(date);
      expect(Math.abs(Date.parse(date) - Date.now())).toBeLessThan(60_000);
    }
  });

  test("7.2: an absent Host is 400, and so is one too many or one that is none", async () => {
    for (const lines of ["", "Host: a\r\nHost: a\r\n", "Host: a b\r\n", "Host: a/b\r\n"]) {
      const [reply] = await bare(`GET /versions HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`);
      expect(reply?.status, lines).toBe(400);
    }
  });

  test("7.8: a wish to change the protocol is not taken up, and the connection ends with the reply", async () => {
    for (const lines of [
      ["Upgrade: websocket", "Connection: upgrade"],
      ["Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAAP__"],
    ]) {
      const [reply] = await bare(
        `${[`GET /v2/images/${image} HTTP/1.1`, "Host: a", TOKEN, ...lines].join("\r\n")}\r\n\r\n`,
      );
      expect([reply?.status, reply?.header("upgrade"), reply?.header("connection")], lines[0]).toEqual([
        200,
        undefined,
        "close",
      ]);
    }
  });

  test("8.6: 204 and 304 have no Content-Length, and no body", async () => {
    const changes = [
      await one(`PUT /v2/images/${image}/tags/x HTTP/1.1`),
      await one(`DELETE /v2/images/${image}/tags/x HTTP/1.1`),
    ];
    const { header } = await one(`GET /v2/images/${image} HTTP/1.1`);
    for (const [reply, status] of [
      ...changes.map((change) => [change, 204] as const),
      [await one(`GET /v2/images/${image} HTTP/1.1`, ["If-None-Match: *"]), 304],
      [await one(`GET /v2/images/${image} HTTP/1.1`, [`If-None-Match: ${String(header("etag"))}`]), 304],
    ] as const) {
      expect([
        reply.status,
        reply.header("content-length"),
        reply.header("transfer-encoding"),
        reply.body,
      ]).toEqual([status, undefined, undefined, ""]);
    }
  });

  test("9.3.2: HEAD is answered as GET is, without a body", async () => {
    for (const path of [
      `/v2/images/${image}`,
      "/v2/images",
      `/v2/images/${image}/file`,
      "/v2/schemas/image",
      "/v2/images/absent",
    ]) {
      const [get, head] = [await one(`GET ${path} HTTP/1.1`), await one(`HEAD ${path} HTTP/1.1`)];
      expect([head.status, head.body], path).toEqual([get.status, ""]);
      for (const name of ["content-type", "content-length", "etag", "vary", "cache-control"])
        expect(head.header(name), `${path} ${name}`).toBe(get.header(name));
    }
  });

  test("9.3.7: OPTIONS without content has a Content-Length of 0, of the server as a whole too", async () => {
    for (const target of ["*", "/v2/images", `/v2/images/${image}/tags/a`, "/versions"]) {
      const reply = await one(`OPTIONS ${target} HTTP/1.1`);
      expect([reply.status, reply.header("content-length"), reply.body], target).toEqual([200, "0", ""]);
    }
    expect((await one(`OPTIONS /v2/images HTTP/1.1`)).header("allow")).toContain("POST");
  });

  test("9.3.8: TRACE is not answered with what was sent", async () => {
    const reply = await one("TRACE /v2/images HTTP/1.1");
    expect(reply.status).toBe(405);
    expect(reply.body).not.toContain(tokenOf("ALPHA_MEMBER"));
  });

  test("10.1.1: 100 Continue comes before a body that is wanted, and never to HTTP/1.0", async () => {
    const tags = `/v2/images/${image}/tags`;
    const head = `Host: a\r\n${TOKEN}\r\nConnection: close\r\nContent-Length: 14\r\nExpect: 100-continue\r\n\r\n`;
    using connection = await RawConnection.open(server.port);
    connection.write(`PUT ${tags} HTTP/1.1\r\n${head}`);
    await connection.until(/^HTTP\/1\.1 100 /);
    connection.write('{"tags":["a"]}');
    await connection.untilClosed();
    expect(connection.statuses).toEqual([100, 200]);
    const replies = await bare(`PUT ${tags} HTTP/1.0\r\n${head}{"tags":["a"]}`);
    expect(replies.map(({ status }) => status)).toEqual([200]);
  });

  test("10.1.1: a request that is refused anyway is answered without 100 Continue", async () => {
    const { received } = await exchange(
      `PUT /v2/images/absent/tags HTTP/1.1\r\nHost: a\r\n${TOKEN}\r\nContent-Length: 14\r\nExpect: 100-continue\r\n\r\n`,
    );
    expect(received).toMatch(/^HTTP\/1\.1 404 /);
  });

  test("11.6.1: every 401 says where tokens are had", async () => {
    for (const path of ["/v2/images", "/v2/nonsense", `/v2/images/${image}/file`]) {
      const [reply] = await bare(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      expect(reply?.status).toBe(401);
      expect(reply?.header("www-authenticate")).toMatch(/^Keystone uri="http/);
    }
  });

  test("13.1.1: what If-Match does not name is neither changed nor shown, and a weak tag names nothing", async () => {
    const tag = String((await one(`GET /v2/images/${image}/tags HTTP/1.1`)).header("etag"));
    for (const value of ['"other"', `W/${tag}`]) {
      for (const line of [
        `DELETE /v2/images/${image}/tags/a`,
        `PUT /v2/images/${image}/tags/b`,
        `GET /v2/images/${image}/tags`,
        `HEAD /v2/images/${image}/tags`,
        `GET /v2/images/${image}`,
        `GET /v2/images/${image}/tags/a`,
      ]) {
        expect((await one(`${line} HTTP/1.1`, [`If-Match: ${value}`])).status, line).toBe(412);
      }
    }
    expect((await one(`GET /v2/images/${image}/tags HTTP/1.1`, [`If-Match: "x", ${tag}`])).status).toBe(200);
    expect((await one(`GET /v2/images/${image}/tags HTTP/1.1`, ["If-Match: *"])).status).toBe(200);
    expect(await tagsShown(server, image)).toEqual(["a"]);
  });

  test("13.1.2: what If-None-Match names is not changed: 412, and 304 to GET and HEAD", async () => {
    const tag = String((await one(`GET /v2/images/${image}/tags HTTP/1.1`)).header("etag"));
    for (const value of ["*", tag, `W/${tag}`, `"x", ${tag}`]) {
      for (const line of [
        `DELETE /v2/images/${image}/tags/a`,
        `PUT /v2/images/${image}/tags/a`,
        `DELETE /v2/images/${image}/tags`,
      ]) {
        expect((await one(`${line} HTTP/1.1`, [`If-None-Match: ${value}`])).status, `${line} ${value}`).toBe(
          412,
        );
      }
      for (const method of ["GET", "HEAD"])
        expect(
          (await one(`${method} /v2/images/${image}/tags HTTP/1.1`, [`If-None-Match: ${value}`])).status,
        ).toBe(304);
    }
    expect((await one(`DELETE /v2/images/${image} HTTP/1.1`, ["If-None-Match: *"])).status).toBe(412);
    expect((await one(`PUT /v2/images/${image}/tags/new HTTP/1.1`, ["If-None-Match: *"])).status).toBe(204);
    expect((await one(`DELETE /v2/images/${image}/tags/new HTTP/1.1`, ['If-None-Match: "x"'])).status).toBe(
      204,
    );
    expect(await tagsShown(server, image)).toEqual(["a"]);
  });

  test("13.1.3, 13.1.4: dates are no condition where no Last-Modified was told", async () => {
    const lines = [
      "If-Modified-Since: Sun, 01 Jan 2090 00:00:00 GMT",
      "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
    ];
    const reply = await one(`GET /v2/images/${image} HTTP/1.1`, lines);
    expect([reply.status, reply.header("last-modified")]).toEqual([200, undefined]);
  });

  test("13.1.5: Range is ignored when If-Range names another representation, as anything does where data has no tag", async () => {
    for (const value of ['"x"', "Sun, 01 Jan 2023 00:00:00 GMT"]) {
      const reply = await one(`GET /v2/images/${image}/file HTTP/1.1`, [
        "Range: bytes=0-3",
        `If-Range: ${value}`,
      ]);
      expect([reply.status, reply.body], value).toEqual([200, "0123456789"]);
    }
  });

  test("13.2.1: conditions are ignored where the answer is no success without them", async () => {
    for (const [line, status] of [
      [`DELETE /v2/images/${image}/tags/absent`, 404],
      [`DELETE /v2/images/absent/tags/a`, 404],
      [`GET /v2/images/absent`, 404],
    ] as const) {
      for (const condition of ["If-Match: *", "If-None-Match: *"])
        expect((await one(`${line} HTTP/1.1`, [condition])).status, `${line} ${condition}`).toBe(status);
    }
  });

  test("14.2: Range is ignored in other requests than GET, and with a unit that is not known", async () => {
    const head = await one(`HEAD /v2/images/${image}/file HTTP/1.1`, ["Range: bytes=0-3"]);
    expect([head.status, head.header("content-length")]).toEqual([200, "10"]);
    const unit = await one(`GET /v2/images/${image}/file HTTP/1.1`, ["Range: lines=0-1"]);
    expect([unit.status, unit.body]).toEqual([200, "0123456789"]);
  });

  test("14.4, 15.3.7: a part says which it is, and 416 of how many bytes there are", async () => {
    const part = await one(`GET /v2/images/${image}/file HTTP/1.1`, ["Range: bytes=2-4"]);
    expect([part.status, part.header("content-range"), part.header("content-length"), part.body]).toEqual([
      206,
      "bytes 2-4/10",
      "3",
      "234",
    ]);
    const none = await one(`GET /v2/images/${image}/file HTTP/1.1`, ["Range: bytes=10-"]);
    expect([none.status, none.header("content-range")]).toEqual([416, "bytes */10"]);
  });

  test("15.4.5: 304 has the fields that 200 would have", async () => {
    for (const path of [`/v2/images/${image}`, `/v2/images/${image}/tags`, "/openapi.json"]) {
      const get = await one(`GET ${path} HTTP/1.1`);
      const none = await one(`GET ${path} HTTP/1.1`, [`If-None-Match: ${String(get.header("etag"))}`]);
      expect(none.status).toBe(304);
      for (const name of ["etag", "vary", "cache-control"])
        expect(none.header(name), `${path} ${name}`).toBe(get.header(name));
    }
  });

  test("15.5.6: every 405 says which methods there are", async () => {
    for (const line of ["PATCH /v2/images", `POST /v2/images/${image}/tags/a`, "UNKNOWN /v2/images"]) {
      const reply = await one(`${line} HTTP/1.1`);
      expect([reply.status, reply.header("allow")], line).toEqual([405, expect.stringMatching(/GET/)]);
    }
  });
});

describe("RFC 9112", () => {
  test("2.2: empty lines before a request are read over", async () => {
    const [reply] = await bare("\r\n\r\nGET /versions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(reply?.status).toBe(200);
  });

  test("2.2: blanks before the first field are refused", async () => {
    const [reply] = await bare("GET /versions HTTP/1.1\r\n Host: a\r\nConnection: close\r\n\r\n");
    expect(reply?.status).toBe(400);
  });

  test("2.3: another major version is refused, and a reply is of HTTP/1.1 whatever the minor one", async () => {
    const { received } = await exchange("GET /versions HTTP/1.0\r\n\r\n");
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    const [reply] = await bare("GET /versions HTTP/3.0\r\nHost: a\r\n\r\n");
    expect([400, 505]).toContain(reply?.status);
  });

  test("3: a target that is too long is 414", async () => {
    expect((await one(`GET /v2/images?name=${"x".repeat(20_000)} HTTP/1.1`)).status).toBe(414);
  });

  test("3.2.2: a target in absolute form is taken, and its host goes before the Host field", async () => {
    const reply = await one("POST http://other.example/v2/images HTTP/1.1", ["Content-Length: 2"], "{}");
    expect(reply.header("location")).toMatch(/^http:\/\/other\.example\//);
  });

  test("5.1: a blank before the colon of a field is 400", async () => {
    const [reply] = await bare("GET /versions HTTP/1.1\r\nHost : a\r\nConnection: close\r\n\r\n");
    expect(reply?.status).toBe(400);
  });

  test("5.2: a field that goes on in the next line is refused", async () => {
    const [reply] = await bare(
      "GET /versions HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\nConnection: close\r\n\r\n",
    );
    expect(reply?.status).toBe(400);
  });

  const CLOSED = "GET /versions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  test.each([
    [
      "6.1: Transfer-Encoding beside Content-Length",
      "Transfer-Encoding: chunked\r\nContent-Length: 4",
      "0\r\n\r\n",
    ],
    ["6.1: chunked that is not the last coding", "Transfer-Encoding: chunked, gzip", "0\r\n\r\n"],
    ["6.1: chunked twice", "Transfer-Encoding: chunked, chunked", "0\r\n\r\n"],
    ["6.3: a Content-Length that is no number", "Content-Length: x", ""],
    ["6.3: a negative Content-Length", "Content-Length: -1", ""],
    ["6.3: a Content-Length with a sign", "Content-Length: +2", "{}"],
    ["6.3: two different lengths", "Content-Length: 2\r\nContent-Length: 3", "{}x"],
    ["6.3: a length beyond all numbers", "Content-Length: 99999999999999999999", ""],
    ["7.1: a chunk size that is no hexadecimal", "Transfer-Encoding: chunked", "xyz\r\n{}\r\n0\r\n\r\n"],
    ["7.1: a chunk size beyond all numbers", "Transfer-Encoding: chunked", "ffffffffffffffffff\r\n"],
    ["7.1: a chunk that is longer than it says", "Transfer-Encoding: chunked", "1\r\n{}\r\n0\r\n\r\n"],
  ])("%s is refused, and nothing behind it is taken for a request", async (_, lines, body) => {
    const { replies } = await exchange(
      `POST /v2/images HTTP/1.1\r\nHost: a\r\n${TOKEN}\r\n${lines}\r\n\r\n${body}${CLOSED}`,
    );
    expect(replies.map(({ status }) => status)).toEqual([
      expect.toSatisfy((status) => status === 400 || status === 413),
    ]);
    expect(replies[0]?.header("connection")).toBe("close");
  });

  test("6.1: a transfer coding that is not known is 501", async () => {
    const reply = await one("POST /v2/images HTTP/1.1", ["Transfer-Encoding: gzip"]);
    expect([400, 501]).toContain(reply.status);
  });

  test("6.1: Transfer-Encoding in HTTP/1.0 is refused and the connection closed", async () => {
    const [reply] = await bare(
      `POST /v2/images HTTP/1.0\r\n${TOKEN}\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    );
    expect(reply?.status).toBe(400);
  });

  test("6.1: nothing is sent in chunks to HTTP/1.0, nor with 204", async () => {
    for (const path of ["/v2/images", `/v2/images/${image}/file`]) {
      const [reply] = await bare(`GET ${path} HTTP/1.0\r\n${TOKEN}\r\n\r\n`);
      expect([reply?.status, reply?.header("transfer-encoding")]).toEqual([200, undefined]);
    }
  });

  test("7.1: a body in chunks is read, with extensions and trailers that are ignored", async () => {
    const reply = await one(
      "POST /v2/images HTTP/1.1",
      ["Transfer-Encoding: chunked"],
      '1;a=b;c\r\n{\r\n1;x="y"\r\n}\r\n0\r\nX: y\r\n\r\n',
    );
    expect(reply.status).toBe(201);
  });

  test("9.3: a connection serves further requests, the body of a refused one read over", async () => {
    const { replies } = await exchange(
      `POST /versions HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345` +
        `DELETE /v2/images/${image}/tags/absent HTTP/1.1\r\nHost: a\r\n${TOKEN}\r\nContent-Length: 2\r\n\r\n{}${CLOSED}`,
    );
    expect(replies.map(({ status }) => status)).toEqual([200, 404, 200]);
  });

  test("9.3: HTTP/1.0 is closed after its reply, unless it asks for more", async () => {
    expect(await bare("GET /versions HTTP/1.0\r\n\r\nGET /versions HTTP/1.0\r\n\r\n")).toHaveLength(1);
    const kept = await bare(
      `GET /versions HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /versions HTTP/1.0\r\n\r\n`,
    );
    expect(kept).toHaveLength(2);
  });

  test("9.3.2: replies come in the order of their requests", async () => {
    const paths = [`/v2/images/${image}/tags/a`, "/v2/images/absent", `/v2/images/${image}`, "/healthcheck"];
    const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n${TOKEN}\r\n\r\n`).join("");
    const replies = await bare(`${requests}${CLOSED}`);
    expect(replies.map(({ status }) => status)).toEqual([204, 404, 200, 200, 200]);
  });

  test("9.6: after `Connection: close` no further request is read, and the reply says so", async () => {
    const { replies } = await exchange(
      `GET /versions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nDELETE /v2/images/${image}/tags/a HTTP/1.1\r\nHost: a\r\n${TOKEN}\r\n\r\n`,
    );
    expect(replies.map(({ status, header }) => [status, header("connection")])).toEqual([[200, "close"]]);
    expect(await tagsShown(server, image)).toEqual(["a"]);
  });
});
