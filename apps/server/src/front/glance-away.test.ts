import { createServer, type Server } from "node:http";
import { createServer as createNetServer, type AddressInfo } from "node:net";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import { ask, errorIn, makeImage } from "../testing/api.ts";
import { ECHO, startGlanceStandIn } from "@imagetags/testing/glance/stand-in-glance";
import { hasOpenssl, makeCertificate } from "@imagetags/testing/make-certificate";
import { RawConnection } from "../testing/raw-connection.ts";
import { rawRequest } from "../testing/raw-request.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { inFrontOfGlance } from "./front.ts";
import { GlanceServers } from "./glance-servers.ts";

const LIST = { method: "GET", path: "/v2/images" } as const;
const UPLOAD = { method: "PUT", path: "/v2/images/42/file", body: "data" } as const;

/** Starts a server of its own on the database of another. */
function startFront(urls: string, alone?: TestServer, env: Readonly<Record<string, string>> = {}) {
  const database = alone === undefined ? {} : { IMAGETAGS_DATABASE_URL: `sqlite:${alone.databasePath}` };
  return startTestServer({ env: { IMAGETAGS_GLANCE_URL: urls, ...database, ...env } });
}

describe("while Glance is away", () => {
  test("what is Glance's is 503 with Retry-After, and tags go on", async () => {
    await using glance = await startGlanceStandIn();
    await using alone = await startTestServer();
    await using front = await startFront(glance.url, alone);
    const imageId = await makeImage(alone, { tags: ["x"] });
    await glance.close();
    for (const request of [LIST, UPLOAD]) {
      const reply = await rawRequest(front.port, request);
      expect([errorIn(reply).reason, reply.headers["retry-after"]]).toEqual(["glance-unavailable", "1"]);
    }
    expect((await ask(front, "DELETE", `/v2/images/${imageId}/tags/x`)).status).toBe(204);
    await glance.reopen();
    for (const request of [LIST, UPLOAD]) expect((await rawRequest(front.port, request)).status).toBe(200);
    const warnings = front.logged().match(/Glance [a-z ]+ reached/g);
    expect(warnings).toEqual(["Glance cannot be reached", "Glance can be reached"]);
  });

  test("the health check is of the database, and in detail of both", async () => {
    await using glance = await startGlanceStandIn((_, response) => response.writeHead(404).end());
    await using front = await startFront(glance.url);
    const check = (query: string) => ask(front, "GET", `/healthcheck${query}`, { as: "NOBODY" });
    expect(await check("?detailed=true")).toMatchObject({ status: 200, body: "database: OK\nglance: OK" });
    await glance.close();
    expect(await check("")).toMatchObject({ status: 200, body: "OK" });
    expect(await check("?detailed=false")).toMatchObject({ status: 200, body: "OK" });
    const reply = await check("?detailed=true");
    expect(errorIn(reply)).toMatchObject({
      reason: "glance-unavailable",
      message: "database: OK, glance: unavailable",
    });
    expect(reply.headers["retry-after"]).toBe("1");
    await using alone = await startTestServer();
    expect(await ask(alone, "GET", "/healthcheck?detailed=true")).toMatchObject({ body: "database: OK" });
  });

  test("the next glance-api is asked, whatever the request, and kept to", async () => {
    await using first = await startGlanceStandIn();
    await using second = await startGlanceStandIn();
    await using front = await startFront(`${first.url},${second.url}`);
    await rawRequest(front.port, LIST);
    expect([first.arrived.length, second.arrived.length]).toEqual([1, 0]);
    await first.close();
    expect((await rawRequest(front.port, UPLOAD)).status).toBe(200);
    expect((await rawRequest(front.port, LIST)).status).toBe(200);
    expect(second.arrived.map(({ method, body }) => method + body)).toEqual(["PUTdata", "GET"]);
    await first.reopen();
    await rawRequest(front.port, LIST);
    expect([first.arrived.length, second.arrived.length]).toEqual([1, 3]);
    await second.close();
    expect((await rawRequest(front.port, LIST)).status).toBe(200);
    expect(first.arrived).toHaveLength(2);
  });
});

test("a Glance that is this server is found out", async () => {
  await using glance = await startGlanceStandIn();
  await using inner = await startFront(glance.url);
  await using outer = await startFront(inner.url);
  expect(errorIn(await rawRequest(outer.port, LIST)).reason).toBe("glance-loop");
  expect(glance.arrived).toEqual([]);
});

test.skipIf(!hasOpenssl)(
  "a Glance behind TLS is believed by IMAGETAGS_GLANCE_CACERT, for bodies too",
  async () => {
    using folder = temporaryFolder();
    await using glance = await startGlanceStandIn(ECHO, makeCertificate(folder));
    await using trusting = await startFront(glance.url, undefined, {
      IMAGETAGS_GLANCE_CACERT: folder.at("cert.pem"),
    });
    for (const request of [LIST, LIST, UPLOAD]) {
      const headers = [["Host", "other.example.org"]] as const;
      using caller = await RawConnection.open(trusting.port);
      const length = "body" in request ? `Content-Length: ${request.body.length}\r\n` : "";
      const body = "body" in request ? request.body : "";
      caller.write(
        `${request.method} ${request.path} HTTP/1.1\r\n${headers[0].join(": ")}\r\n${length}\r\n${body}`,
      );
      await caller.until(/HTTP\/1.1 200 OK/);
    }
    await using doubting = await startFront(glance.url);
    expect((await rawRequest(doubting.port, LIST)).status).toBe(503);
    expect((await rawRequest(doubting.port, UPLOAD)).status).toBe(503);
    expect(doubting.logged()).toContain("self-signed certificate");
  },
);

test("a URL with a path has it before the path of each request", async () => {
  await using glance = await startGlanceStandIn();
  await using front = await startFront(`${glance.url}/image/`);
  await rawRequest(front.port, { method: "GET", path: "/v2//images?a=/" });
  expect(glance.arrived[0]?.url).toBe("/image/v2//images?a=/");
});

describe("what is no reply of HTTP that can be sent on", () => {
  test.each([
    "HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 O\u0001K\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX: a\u0001b\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    "SSH-2.0-OpenSSH_9.2\r\n",
    "\r\n",
  ])("is 503, and the next is passed on: %j", async (reply) => {
    const nonsense = createNetServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => socket.end(reply, "latin1"));
    });
    await new Promise<void>((resolve) => void nonsense.listen(0, "127.0.0.1", resolve));
    await using front = await startFront(`http://127.0.0.1:${(nonsense.address() as AddressInfo).port}`);
    for (const request of [LIST, UPLOAD]) expect((await rawRequest(front.port, request)).status).toBe(503);
    await new Promise((resolve) => void nonsense.close(resolve));
  });
});

describe("what stands still", () => {
  /** A front on a real port with little patience, in milliseconds. */
  async function startImpatient(url: string, patience: { caller: number; glance: number }) {
    const glance = new GlanceServers(
      { urls: [url], ca: undefined, connectTimeout: 5_000, timeout: patience.glance },
      () => undefined,
    );
    const own = () => {
      throw new Error("Nothing here is of tags.");
    };
    const front = inFrontOfGlance(own, {
      glance,
      tagProfile: "glance",
      baseUrl: () => "http://127.0.0.1",
      isOtherThanHost: false,
      accessLog: undefined,
      log: { error: () => undefined },
    });
    const server: Server = createServer({ requestTimeout: 0 }, front).on("checkContinue", front);
    server.setTimeout(patience.caller);
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    return {
      port: (server.address() as AddressInfo).port,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        await new Promise((resolve) => void server.close(resolve));
        glance[Symbol.dispose]();
      },
    };
  }

  test("a caller in the midst of a body is 408, and the upload is broken off at Glance", async () => {
    await using glance = await startGlanceStandIn();
    await using front = await startImpatient(glance.url, { caller: 100, glance: 60_000 });
    using caller = await RawConnection.open(front.port);
    caller.write("PUT /v2/images/42/file HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
    expect(await caller.until(/request-timeout/)).toMatch(/^HTTP\/1.1 408 /);
    while (glance.arrived[0]?.ended === undefined) await new Promise(setImmediate);
    expect(glance.arrived[0].ended).toBe("broken");
  });

  test("a caller is not, who waits for Glance", async () => {
    let answer: (() => void) | undefined;
    await using glance = await startGlanceStandIn((request, response) => {
      request.resume();
      answer = () => void response.end("at last");
    });
    await using front = await startImpatient(glance.url, { caller: 20, glance: 60_000 });
    using caller = await RawConnection.open(front.port);
    caller.write("PUT /v2/images/42/file HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
    await new Promise((resolve) => setTimeout(resolve, 200));
    answer?.();
    await caller.until(/at last/);
  });

  test.each(["GET /v2/images HTTP/1.1\r\n", "PUT /v2/images/42/file HTTP/1.1\r\nContent-Length: 5\r\n"])(
    "Glance is given up, and the caller told (%j)",
    async (head) => {
      await using glance = await startGlanceStandIn((request) => void request.resume());
      await using front = await startImpatient(glance.url, { caller: 60_000, glance: 100 });
      using caller = await RawConnection.open(front.port);
      caller.write(`${head}Host: a\r\n\r\n${head.startsWith("PUT") ? "hello" : ""}`);
      expect(await caller.until(/glance-unavailable/)).toMatch(/^HTTP\/1.1 503 /);
    },
  );

  test("Glance is not, while it waits for the caller's body", async () => {
    await using glance = await startGlanceStandIn();
    await using front = await startImpatient(glance.url, { caller: 60_000, glance: 20 });
    using caller = await RawConnection.open(front.port);
    caller.write("PUT /v2/images/42/file HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
    await new Promise((resolve) => setTimeout(resolve, 200));
    caller.write("hello");
    await caller.until(/200 OK/);
  });

  test("Glance in the midst of a download cuts the caller off", async () => {
    await using glance = await startGlanceStandIn((_, response) => {
      response.writeHead(200, { "Content-Length": "10" }).write("hello");
    });
    await using front = await startImpatient(glance.url, { caller: 60_000, glance: 100 });
    using caller = await RawConnection.open(front.port);
    caller.write("GET /v2/images/42/file HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(await caller.untilClosed()).toMatch(/hello$/);
  });
});
