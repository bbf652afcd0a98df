import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RawConnection } from "../testing/raw-connection.ts";
import { rawRequest } from "../testing/raw-request.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

/** What is written in reply to each request, part by part. `end` closes the connection after it. */
interface Answer {
  readonly parts: readonly string[];
  readonly end?: boolean;
}

const PLAIN: Answer = { parts: ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain"] };

/** More than a head may be. */
const LONG = "x".repeat(20_000);

let glance: Server;
let front: TestServer;
let answers: Answer[] = [];
let requests: string[] = [];
/** The number of the connection over which each request came. */
let over: number[] = [];
let connections = 0;

/** Reads requests without a body, and writes what `answers` has next, or the plain one. */
function speak(socket: Socket): void {
  connections += 1;
  const number = connections;
  let text = "";
  socket.on("error", () => undefined);
  socket.on("data", (bytes: Buffer) => {
    text += bytes.toString("latin1");
    if (!text.endsWith("\r\n\r\n")) return;
    const line = text.split("\r\n", 1)[0] ?? "";
    requests.push(line);
    over.push(number);
    text = "";
    void answer(socket, answers.shift() ?? named(line) ?? PLAIN);
  });
}

/** The reply to a request whose query is a name: that. "slow" comes byte by byte. */
function named(line: string): Answer | undefined {
  const [, name] = /\?([a-z]+) /.exec(line) ?? [];
  if (name === undefined) return undefined;
  const text = `HTTP/1.1 200 OK\r\nContent-Length: ${name.length}\r\n\r\n${name}`;
  return { parts: name === "slow" ? [...text] : [text] };
}

async function answer(socket: Socket, { parts, end = false }: Answer): Promise<void> {
  for (const part of parts) {
    socket.write(part, "latin1");
    await sleep(2);
  }
  if (end) socket.end();
}

beforeAll(async () => {
  glance = createServer({ noDelay: true }, speak).listen(0, "127.0.0.1");
  await once(glance, "listening");
  const { port } = glance.address() as AddressInfo;
  front = await startTestServer({ env: { IMAGETAGS_GLANCE_URL: `http://127.0.0.1:${port}` } });
});

beforeEach(() => {
  answers = [];
  requests = [];
  over = [];
});

afterAll(async () => {
  await front[Symbol.asyncDispose]();
  glance.close();
});

const get = (path = "/v2/images") => rawRequest(front.port, { method: "GET", path });

describe("a reply to a request without a body", () => {
  test("leaves its connection to the next", async () => {
    for (const path of ["/v2/images", "/v2/tasks", "/v2/info/import"])
      expect((await get(path)).body).toBe("plain");
    expect(new Set(over.slice(-2)).size).toBe(1);
  });

  test("is the same when it comes byte by byte", async () => {
    answers = [{ parts: [...(PLAIN.parts[0] ?? "")] }];
    expect(await get()).toMatchObject({ status: 200, body: "plain" });
  });

  test.each([
    [
      "in chunks",
      { parts: ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nother\r\n0\r\n\r\n"] },
    ],
    ["to the end of the connection", { parts: ["HTTP/1.1 200 OK\r\n\r\nother"], end: true }],
    [
      "after early hints",
      { parts: ["HTTP/1.1 103 Early\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother"] },
    ],
    ["in HTTP/1.0", { parts: ["HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nother"], end: true }],
    [
      "behind a long head",
      { parts: [`HTTP/1.1 200 OK\r\nX-Long: ${"x".repeat(15_000)}\r\nContent-Length: 5\r\n\r\nother`] },
    ],
  ])("is whole when it comes %s", async (_how, reply: Answer) => {
    answers = [reply, reply];
    expect(await get()).toMatchObject({ status: 200, body: "other" });
  });

  test.each([
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 4\r\n\r\nother"],
    [
      "a length and chunks",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nother\r\n0\r\n\r\n",
    ],
    ["the same length twice", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nother"],
    ["a length below nothing", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nother"],
    ["no protocol", "other\r\n\r\n"],
    ["a head that is too long", `HTTP/1.1 200 OK\r\nX-Long: ${LONG}\r\nContent-Length: 5\r\n\r\nother`],
    ["a head without an end", `HTTP/1.1 200 OK\r\nX-Long: ${LONG.repeat(20)}`],
    ["many headers", `HTTP/1.1 200 OK\r\n${"A:\r\n".repeat(20_000)}Content-Length: 5\r\n\r\nother`],
  ])("with %s is 503", async (_what, text) => {
    answers = [
      { parts: [text], end: true },
      { parts: [text], end: true },
    ];
    expect((await get()).status).toBe(503);
  });

  test("never begins with what followed the one before", async () => {
    const smuggled = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    answers = [{ parts: [`${PLAIN.parts[0]}${smuggled}`] }, { parts: [PLAIN.parts[0] ?? "", smuggled] }];
    for (let times = 0; times < 4; times += 1) {
      expect((await get()).body).toBe("plain");
      await sleep(10);
    }
  });

  test.each([
    ["HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nevil!", 200],
    ["GET", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nevil!", 204],
    ["GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nevil!", 304],
  ])("to %s that has no body never gives one: %j", async (method, text, status) => {
    answers = [{ parts: [text] }];
    const reply = await rawRequest(front.port, { method, path: "/v2/images" });
    expect([reply.status, reply.body]).toEqual([status, ""]);
    expect((await get()).body).toBe("plain");
  });

  test.each([
    [
      "said",
      "HTTP/1.1 404 Not Found\r\nConnection: close\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\nlost",
      404,
    ],
    ["not said", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlast", 200],
  ])("before the end of its connection, which is %s, does not harm the next", async (_how, text, status) => {
    answers = [{ parts: [text], end: true }];
    expect((await get()).status).toBe(status);
    expect(await get()).toMatchObject({ status: 200, body: "plain" });
  });

  test("that is an error leaves its connection to the next too", async () => {
    answers = [{ parts: ["HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\nlost"] }];
    expect((await get()).status).toBe(500);
    const used = over.at(-1);
    // Another may wait there too, of a question whether Glance is well.
    const bodies = (await Promise.all([get(), get(), get()])).map(({ body }) => body);
    expect([bodies, over.slice(-3)]).toEqual([["plain", "plain", "plain"], expect.arrayContaining([used])]);
  });

  test("goes to whom it is for when a caller asks for several at once", async () => {
    using caller = await RawConnection.open(front.port);
    const line = (name: string) => `GET /v2/tasks?${name} HTTP/1.1\r\nHost: front\r\n\r\n`;
    caller.write(line("slow") + line("swift") + line("last"));
    const received = await caller.until(/last$/);
    expect(received.match(/(?<=\r\n\r\n)[a-z]+/g)).toEqual(["slow", "swift", "last"]);
  });

  test("that was to be rewritten is 503 where it breaks off", async () => {
    const head =
      "HTTP/1.1 300 Multiple Choices\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n";
    answers = [{ parts: [`${head}{"versions": `], end: true }];
    expect([(await get("/")).status, requests]).toEqual([503, ["GET / HTTP/1.1"]]);
  });

  test("that breaks off is never whole, and not asked for again", async () => {
    answers = [{ parts: ["HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nplain"], end: true }];
    const { headers, body } = await get();
    expect([headers["content-length"], body]).toEqual(["50", "plain"]);
    expect(requests).toHaveLength(1);
  });
});
