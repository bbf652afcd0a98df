import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  ECHO,
  startGlanceStandIn,
  type Arrived,
  type GlanceStandIn,
} from "@imagetags/testing/glance/stand-in-glance";
import { RawConnection } from "../testing/raw-connection.ts";
import { rawRequest } from "../testing/raw-request.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

const MB = 1024 * 1024;

let glance: GlanceStandIn;
let front: TestServer;

beforeAll(async () => {
  glance = await startGlanceStandIn();
  front = await startTestServer({ env: { IMAGETAGS_GLANCE_URL: glance.url } });
});

beforeEach(() => {
  glance.arrived.length = 0;
  glance.play(ECHO);
});

afterAll(async () => {
  await front[Symbol.asyncDispose]();
  await glance[Symbol.asyncDispose]();
});

/** Waits until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error("It did not come about.");
    await sleep(2);
  }
}

async function lastArrived(): Promise<Arrived> {
  await until(() => glance.arrived.length > 0);
  const last = glance.arrived.at(-1);
  if (last === undefined) throw new Error("Nothing arrived.");
  return last;
}

test.each([
  ["/healthcheck", 200],
  ["/livez", 200],
  ["/readyz", 200],
  ["/openapi.json", 200],
  ["/%6Fpenapi.json", 200],
  ["/metrics", 404],
  ["//metrics", 404],
  ["/%6Detrics?a=b", 404],
  ["/console", 404],
  ["/console/", 404],
  ["/docs/index.html", 404],
  ["/v2/tags", 200],
  ["/v2/tags?name=prod*", 200],
  ["/v2.5/%74ags", 200],
  ["/v2/tags/", 404],
  ["/v2//tags", 404],
  ["/v2/x/../tags", 404],
  ["/v2/tags/a%2Fb/move", 405],
  ["/v2/tags/x/y", 404],
  ["/v2/tag-events", 200],
  ["/v2/tag-events/", 404],
  ["/v2.5/%74ag-events", 200],
  ["/v2//tag-events", 404],
  ["/v2%2Ftag-events", 404],
  ["/v2/x/../tag-events", 404],
  ["/v2/%2574ag-events", 404],
  ["/v2.5/images/x/tag-events", 404],
  ["/v2/%69mages/x/tag%2Devents", 404],
  ["/v2/images%2Fx/tag-events", 404],
  ["/v2/schemas/tag-events", 200],
  ["/v2/tag-actions", 405],
  ["/v2.7/tag%2dactions", 405],
  ["/v2/x/../tag-actions", 404],
  ["/v2/tag-rules", 200],
  ["/v2.5/%74ag-rules/x", 404],
  ["/v2/schemas/tag%2devent", 200],
] as const)(
  "what only this server has is answered here and not asked of Glance: %s",
  async (path, status) => {
    const headers = [["X-Auth-Token", "admin"]] as const;
    const reply = await rawRequest(front.port, { method: "GET", path, headers });
    expect([reply.status, glance.arrived]).toEqual([status, []]);
  },
);

describe("a request that is not about tags", () => {
  test.each([
    "/v2/images",
    "/v2/images?limit=1&marker=a%2Fb&name=%C3%A9&name=+",
    "/v2/images/%41%62c/file",
    "/v2//images///x",
    "/v2/images/../schemas/./image",
    "/v2/images/x%2Fy/members",
    "/v2/metadefs/namespaces/OS::Compute%20X/tags/a%2fb",
    "/v2/metadefs/namespaces/images/objects/tags",
    "/v2/info/stores?",
    "/v2/tasks;a=b?x=?&&=",
    "/v1/images",
    "/nowhere",
    "/healthcheck/",
  ])("goes to Glance with the very bytes of its path: %s", async (path) => {
    const reply = await rawRequest(front.port, { method: "GET", path });
    expect([reply.status, reply.body]).toEqual([200, `GET ${path}`]);
  });

  test.each(["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"])(
    "goes with its method: %s",
    async (method) => {
      await rawRequest(front.port, { method, path: "/v2/images/42" });
      expect((await lastArrived()).method).toBe(method);
    },
  );

  test("goes with its headers in order, as they are spelt, doubled where doubled, with the caller's Host", async () => {
    await rawRequest(front.port, {
      method: "GET",
      path: "/v2/images",
      headers: [
        ["x-AUTH-token", "secret"],
        ["X-Two", "1"],
        ["Accept", "*/*"],
        ["X-Two", "2"],
        ["X-Latin", "\u00e9"],
      ],
    });
    const { rawHeaders } = await lastArrived();
    expect(rawHeaders).toEqual(
      [
        ["Host", "127.0.0.1"],
        ["x-AUTH-token", "secret"],
        ["X-Two", "1"],
        ["Accept", "*/*"],
        ["X-Two", "2"],
        ["X-Latin", "\u00e9"],
        ["Via", "1.1 imagetags"],
      ].flat(),
    );
  });

  test("goes without the headers of its connection, and those that Connection names", async () => {
    using caller = await RawConnection.open(front.port);
    caller.write(
      "GET /v2/images HTTP/1.1\r\nHost: glance.example.org:9292\r\nConnection: keep-alive, X-Mine, Host, Content-Length\r\n" +
        "Keep-Alive: timeout=5\r\nTE: trailers\r\nTrailer: X\r\nProxy-Connection: close\r\nUpgrade: h2c\r\nX-Mine: 1\r\n\r\n",
    );
    await caller.until(/GET \/v2\/images/);
    const { rawHeaders } = await lastArrived();
    expect(rawHeaders).toEqual(["Host", "glance.example.org:9292", "Via", "1.1 imagetags"]);
  });

  test("in absolute form goes with the path alone, to the host that it names", async () => {
    await rawRequest(front.port, { method: "GET", path: "http://other.example.org/v2/images?a=b" });
    const { url, headers } = await lastArrived();
    expect([url, headers.host]).toEqual(["/v2/images?a=b", "other.example.org"]);
  });

  test.each([true, false])(
    "goes with its body (in chunks: %s), without which the connection is not used again",
    async (chunked) => {
      const body = "x".repeat(200_000);
      const before = glance.connections();
      for (const method of ["PUT", "POST", "GET", "DELETE"]) {
        const reply = await rawRequest(front.port, { method, path: "/v2/images/42/file", body, chunked });
        expect(reply.status).toBe(200);
        expect(glance.arrived.at(-1)).toMatchObject({ method, body, ended: "whole" });
      }
      expect(glance.connections()).toBe(before + 4);
    },
  );

  test("is answered with Glance's reply, its headers in order and doubled where doubled", async () => {
    glance.play((_, response) => {
      response.sendDate = false;
      response.writeHead(
        207,
        "Quite So",
        [
          ["X-One", "1"],
          ["x-openstack-request-id", "req-of-glance"],
          ["Connection", "X-Hidden"],
          ["X-Hidden", "1"],
          ["X-One", "2"],
          ["Date", "Thu, 01 Jan 2026 00:00:00 GMT"],
          ["Content-Length", "2"],
        ].flat(),
      );
      response.end("ok");
    });
    using caller = await RawConnection.open(front.port);
    caller.write("GET /v2/images HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example.org\r\n\r\n");
    expect(await caller.until(/ok$/)).toBe(
      "HTTP/1.1 207 Quite So\r\nX-One: 1\r\nx-openstack-request-id: req-of-glance\r\nX-One: 2\r\n" +
        "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Length: 2\r\nConnection: keep-alive\r\nKeep-Alive: timeout=75\r\n\r\nok",
    );
  });

  test("is a line of the log, with Glance's id of it and the bytes of the reply", async () => {
    glance.play((_, response) => {
      response.setHeader("x-openstack-request-id", "req-logged");
      response.end("x".repeat(100_000));
    });
    await rawRequest(front.port, { method: "GET", path: "/v2/images/42/file?secret" });
    await until(() => front.logged().includes("req-logged"));
    const [line = ""] = front
      .logged()
      .split("\n")
      .filter((one) => one.includes("req-logged"));
    expect(JSON.parse(line)).toMatchObject({ method: "GET", path: "/v2/images/42/file", status: 200 });
    expect(JSON.parse(line).bytes).toBeGreaterThan(100_000);
  });

  test("by HTTP/1.0 gets no chunks, and its connection is closed", async () => {
    glance.play((_, response) => {
      response.write("a");
      response.end("b");
    });
    using caller = await RawConnection.open(front.port);
    caller.write("GET /v2/images HTTP/1.0\r\n\r\n");
    const reply = await caller.untilClosed();
    expect(reply).toMatch(/\r\n\r\nab$/);
    expect(reply).not.toMatch(/chunked/i);
  });

  test("to HEAD has headers alone, and the connection goes on", async () => {
    glance.play((_, response) => {
      response.writeHead(200, { "Content-Length": "1000000" });
      response.end();
    });
    using caller = await RawConnection.open(front.port);
    caller.write("HEAD /v2/images/42/file HTTP/1.1\r\nHost: a\r\n\r\n");
    await caller.until(/Content-Length: 1000000\r\n[^]*\r\n\r\n$/);
    caller.write("HEAD /v2/images/43/file HTTP/1.1\r\nHost: a\r\n\r\n");
    await caller.until(/200 OK[^]*200 OK/);
  });

  test("for a range gets it", async () => {
    glance.play((request, response) => {
      response.writeHead(206, { "Content-Range": "bytes 2-3/10", "Content-Length": "2" });
      response.end(request.headers.range);
    });
    const reply = await rawRequest(front.port, {
      method: "GET",
      path: "/v2/images/42/file",
      headers: [["Range", "bytes=2-3"]],
    });
    expect([reply.status, reply.headers["content-range"]]).toEqual([206, "bytes 2-3/10"]);
  });

  test("without a body is sent once more, on a fresh connection, where the one used again was just closed", async () => {
    for (let time = 0; time < 20; time += 1) {
      glance.play(ECHO);
      await rawRequest(front.port, { method: "GET", path: "/v2/images" });
      const isFirst = { value: true };
      glance.play((request, response) => {
        if (isFirst.value) {
          isFirst.value = false;
          request.socket.destroy();
        } else ECHO(request, response);
      });
      const reply = await rawRequest(front.port, { method: "GET", path: "/v2/images/again" });
      expect(reply.status).toBe(200);
    }
  });

  test.each(["DELETE", "POST", "PUT"])(
    "is never sent twice where it may change something: %s",
    async (method) => {
      await rawRequest(front.port, { method: "GET", path: "/v2/images" });
      glance.arrived.length = 0;
      glance.play((request) => request.socket.destroy());
      const reply = await rawRequest(front.port, { method, path: "/v2/images/42" });
      expect([reply.status, reply.headers["retry-after"]]).toEqual([503, "1"]);
      expect(glance.arrived).toHaveLength(1);
    },
  );
});

describe("Expect: 100-continue", () => {
  const HEAD =
    "PUT /v2/images/42/file HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";

  test("is answered when Glance answers it, and not before", async () => {
    let go: (() => void) | undefined;
    glance.play((request, response) => {
      go = () => {
        response.writeContinue();
        ECHO(request, response);
      };
    });
    using caller = await RawConnection.open(front.port);
    caller.write(HEAD);
    const { headers } = await lastArrived();
    expect(headers.expect).toBe("100-continue");
    expect(caller.statuses).toEqual([]);
    go?.();
    await caller.until(/100 Continue/);
    caller.write("hello");
    await caller.until(/PUT \/v2\/images\/42\/file$/);
    expect(glance.arrived.at(-1)).toMatchObject({ body: "hello", ended: "whole" });
  });

  test.each([404, 409, 413])(
    "is answered %i before any body is sent, and then the connection ends",
    async (status) => {
      glance.play((_, response) => void response.writeHead(status, { "Content-Length": "2" }).end("no"));
      using caller = await RawConnection.open(front.port);
      caller.write(HEAD);
      await caller.until(/no$/);
      expect(caller.statuses).toEqual([status]);
      expect(caller.received).toContain("Connection: close");
    },
  );

  test("of a caller who does not wait for it: the body goes on", async () => {
    glance.play(ECHO);
    using caller = await RawConnection.open(front.port);
    caller.write(`${HEAD}hello`);
    await caller.until(/PUT \/v2\/images\/42\/file$/);
    expect(glance.arrived.at(-1)).toMatchObject({ body: "hello", ended: "whole" });
  });
});

describe("what breaks off", () => {
  test.each(["Content-Length: 1000000", "Transfer-Encoding: chunked"])(
    "a caller who leaves in an upload (%s) breaks it off at Glance, and ends it never",
    async (framing) => {
      glance.play((request) => void request.resume());
      const caller = await RawConnection.open(front.port);
      caller.write(`PUT /v2/images/42/file HTTP/1.1\r\nHost: a\r\n${framing}\r\n\r\n5\r\nhello\r\n`);
      await until(() => glance.arrived.at(-1)?.body.includes("hello") === true);
      caller[Symbol.dispose]();
      await until(() => glance.arrived.at(-1)?.ended !== undefined);
      expect(glance.arrived.at(-1)?.ended).toBe("broken");
    },
  );

  test.each([{ "Content-Length": "1000000" }, {}])(
    "a Glance that dies in a download (%j) cuts the caller off, and ends the reply never",
    async (headers) => {
      glance.play((request, response) => {
        response.writeHead(200, headers);
        response.write("x".repeat(100), () => setImmediate(() => request.socket.resetAndDestroy()));
      });
      using caller = await RawConnection.open(front.port);
      caller.write("GET /v2/images/42/file HTTP/1.1\r\nHost: a\r\n\r\n");
      const received = await caller.untilClosed();
      expect(received).not.toMatch(/\r\n0\r\n\r\n$/);
    },
  );

  test("a Glance that dies before it answers is 503 in the form of this server's errors", async () => {
    glance.play((request) => request.socket.destroy());
    const reply = await rawRequest(front.port, { method: "PUT", path: "/v2/images/42/file", body: "x" });
    expect([reply.status, JSON.parse(reply.body).error.reason, reply.headers["retry-after"]]).toEqual([
      503,
      "glance-unavailable",
      "1",
    ]);
  });

  test("a caller who leaves in a download ends it at Glance", async () => {
    let closed = false;
    glance.play((_, response) => {
      response.on("close", () => (closed = true));
      response.writeHead(200, { "Content-Length": String(500 * MB) });
      response.write(Buffer.alloc(50 * MB));
    });
    const caller = await RawConnection.open(front.port);
    caller.write("GET /v2/images/42/file HTTP/1.1\r\nHost: a\r\n\r\n");
    await caller.until(/200 OK/);
    caller[Symbol.dispose]();
    await until(() => closed);
  });

  test("an answer in the midst of an upload is the last word: the caller reads it while still sending", async () => {
    glance.play((request, response) => {
      request.once("data", () => {
        request.pause();
        response.writeHead(413, { "Content-Length": "9" });
        response.end("too large");
      });
      request.resume();
    });
    using caller = await RawConnection.open(front.port);
    caller.write(`PUT /v2/images/42/file HTTP/1.1\r\nHost: a\r\nContent-Length: ${100 * MB}\r\n\r\n`);
    caller.write("x".repeat(MB));
    await caller.until(/413 [^]*too large$/);
    for (let time = 0; time < 20; time += 1) caller.write("x".repeat(MB));
    const received = await caller.untilClosed();
    expect(received).toMatch(/Connection: close[^]*too large$/);
  });
});

describe("streams", () => {
  test("a body is taken as fast as Glance takes it, and no faster", async () => {
    let begin: (() => void) | undefined;
    glance.play((request, response) => {
      begin = () => ECHO(request, response);
    });
    const sent = httpRequest({ port: front.port, method: "PUT", path: "/v2/images/42/file" });
    const size = 64 * MB;
    sent.setHeader("Content-Length", size);
    sent.end(Buffer.alloc(size, "x"));
    await until(() => begin !== undefined);
    const before = process.memoryUsage().arrayBuffers;
    await sleep(100);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(size / 2);
    begin?.();
    const [reply] = (await once(sent, "response")) as [NodeJS.ReadableStream & { statusCode: number }];
    expect(reply.statusCode).toBe(200);
    reply.resume();
    expect(glance.arrived.at(-1)?.body.length).toBe(size);
  });
});
