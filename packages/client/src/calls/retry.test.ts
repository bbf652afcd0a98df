import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attemptsOf } from "./attempts.ts";
import { createClient, type Client } from "../client.ts";
import { ConnectionError, InvalidOptionError, TimeLimitError } from "../errors/errors.ts";
import { delayMs, transientFailure, transientReply } from "./retry.ts";
import {
  errorOf,
  json,
  noContent,
  rejection,
  startTestServer,
  text,
  untypedCall,
  type Answer,
} from "../testing/test-server.ts";

const params = { image_id: "i", tag: "t" };
const quick = { retry: { firstDelayMs: 1 } };
const dropped: Answer = (response) => response.destroy();
const busy: Answer = json(503, errorOf(503, "Service Unavailable", "Later."));
const tooMany: Answer = text(429, "text/plain", "Slow down.");

/** Gives these answers one after the other, and the last of them from then on. */
function inTurn(...answers: readonly [Answer, ...Answer[]]): Answer {
  const left = [...answers];
  let answer = answers[0];
  return (response, arrival) => {
    answer = left.shift() ?? answer;
    answer(response, arrival);
  };
}

describe("what failed transiently is sent again:", () => {
  test.each([
    ["a 503", busy],
    ["an HTML 503 of a proxy", text(503, "text/html", "<h1>503 Service Unavailable</h1>")],
    ["a 429", tooMany],
    ["a gateway's 502", text(502, "text/html", "<h1>502 Bad Gateway</h1>")],
    ["a gateway's 504", text(504, "text/html", "<h1>504 Gateway Time-out</h1>")],
    ["a connection that broke", dropped],
    [
      "a reply that broke off",
      (response) => {
        response.writeHead(404, { "Content-Type": "application/json", "Content-Length": 100 }).write("{");
        setTimeout(() => response.destroy(), 5);
      },
    ],
  ] satisfies [string, Answer][])("%s", async (_, failure) => {
    await using server = await startTestServer(inTurn(failure, failure, noContent));
    const reply = await server.client(quick).imageTags.delete({ params });
    expect([reply.status, attemptsOf(reply), server.arrivals.length]).toEqual([204, 3, 3]);
  });

  test("a refused connection, whatever the method", async () => {
    const sent: unknown[] = [];
    const fetch = async (_: unknown, { method }: RequestInit = {}) => {
      sent.push(method);
      if (sent.length < 3) throw Object.assign(new TypeError("fetch failed"), { cause: refused });
      return new Response(JSON.stringify(errorOf(409, "Conflict", "It is there.")), { status: 409 });
    };
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const client = createClient({ endpoint: "http://host", token: "t", fetch, ...quick });
    expect(await client.images.create({ body: {} })).toMatchObject({ status: 409 });
    expect(sent).toEqual(["POST", "POST", "POST"]);
  });

  test("as often as it is allowed, and then what came last is the outcome", async () => {
    await using server = await startTestServer(busy);
    const reply = await server
      .client({ retry: { firstDelayMs: 0, attempts: 5 } })
      .imageTags.delete({ params });
    expect([reply.status, attemptsOf(reply), server.arrivals.length]).toEqual([503, 5, 5]);
  });

  test("with a token that is asked for anew", async () => {
    let asked = 0;
    await using server = await startTestServer(inTurn(busy, noContent));
    await server.client({ ...quick, token: () => `t${(asked += 1)}` }).imageTags.delete({ params });
    expect(server.arrivals.map(({ headers }) => headers["x-auth-token"])).toEqual(["t1", "t2"]);
  });
});

describe("what may have been done and must not be done twice is sent once:", () => {
  const calls: [string, (client: Client) => Promise<unknown>][] = [
    ["POST", (client) => client.images.create({ body: { name: "n" } })],
    ["PATCH", (client) => client.images.update({ params: { image_id: "i" }, body: [] })],
    [
      "a change with If-Match",
      (client) => client.imageTags.delete({ params, headers: { "if-match": '"a"' } }),
    ],
    [
      "a change with If-Match among the extra headers",
      (client) => client.imageTags.delete({ params, extraHeaders: { "If-Match": '"a"' } }),
    ],
    ["an upload", (client) => client.imageData.upload({ params: { image_id: "i" }, body: new Blob(["a"]) })],
  ];

  test.each(calls)("%s, after a connection that broke", async (_, call) => {
    await using server = await startTestServer(dropped);
    expect(await rejection(call(server.client(quick)))).toBeInstanceOf(ConnectionError);
    expect(server.arrivals).toHaveLength(1);
  });

  test.each(calls)("%s, after a 503", async (_, call) => {
    await using server = await startTestServer(busy);
    expect(await call(server.client(quick))).toMatchObject({ status: 503 });
    expect(server.arrivals).toHaveLength(1);
  });

  test.each(calls)("but %s is sent again after a 429, which did nothing", async (_, call) => {
    await using server = await startTestServer(inTurn(tooMany, busy));
    expect(await call(server.client(quick))).toMatchObject({ status: 503 });
    expect(server.arrivals).toHaveLength(2);
  });

  test("a stream, even after a 429", async () => {
    await using server = await startTestServer(tooMany);
    const body = new Blob(["hello"]).stream();
    const call = server.client(quick).imageData.upload({ params: { image_id: "i" }, body });
    expect(await call).toMatchObject({ status: 429 });
    expect(server.arrivals).toHaveLength(1);
  });
});

test.each([400, 401, 403, 404, 500])("a %i is an answer, and is not asked for again", async (status) => {
  await using server = await startTestServer(json(status, errorOf(status, "Title", "No.")));
  expect(await server.client(quick).imageTags.delete({ params })).toMatchObject({ status });
  expect(server.arrivals).toHaveLength(1);
});

test("a host without an address is not asked for again", async () => {
  let sent = 0;
  const unknown = Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
  const fetch = async () => {
    sent += 1;
    throw Object.assign(new TypeError("fetch failed"), { cause: unknown });
  };
  const client = createClient({ endpoint: "http://host", token: "t", fetch, ...quick });
  expect(await rejection(client.imageTags.delete({ params }))).toMatchObject({ reason: "ENOTFOUND" });
  expect(sent).toBe(1);
});

describe("Retry-After", () => {
  const later = (value: string): Answer =>
    inTurn((response) => response.writeHead(503, { "Retry-After": value }).end(), noContent);

  test.each([
    ["in seconds", () => "1", 1000],
    ["as a date", () => new Date(Date.now() + 2000).toUTCString(), 900],
  ])("%s is waited for", async (_, value, leastMs) => {
    await using server = await startTestServer(later(value()));
    const start = performance.now();
    expect(await server.client(quick).imageTags.delete({ params })).toMatchObject({ status: 204 });
    expect(performance.now() - start).toBeGreaterThanOrEqual(leastMs);
  });

  test.each(["-1", "soon", "1.5", "Thu, 01 Jan 1970 00:00:00 GMT"])("of %j asks for no wait", (value) => {
    expect(transientReply(503, new Headers({ "retry-after": value }))).toMatchObject({ afterMs: 0 });
  });

  test("beyond the time limit ends the call at once with what came", async () => {
    await using server = await startTestServer(later("3600"));
    const reply = await server.client({ ...quick, timeoutMs: 20_000 }).imageTags.delete({ params });
    expect([reply.status, server.arrivals.length]).toEqual([503, 1]);
  });
});

describe("a wait", () => {
  const slow = { retry: { firstDelayMs: 2 ** 31 - 1, maxDelayMs: 2 ** 31 - 1 }, timeoutMs: Infinity };

  test("ends with the abort signal, and nothing is sent afterwards", async () => {
    const controller = new AbortController();
    const reason = new Error("The user left.");
    await using server = await startTestServer((response, arrival) => {
      busy(response, arrival);
      setTimeout(() => controller.abort(reason), 20);
    });
    const { signal } = controller;
    const call = server.client(slow).imageTags.delete({ params, fetchOptions: { signal } });
    expect(await rejection(call)).toBe(reason);
    expect(server.arrivals).toHaveLength(1);
  });

  test("and the requests before it count for the time limit", async () => {
    let sent = 0;
    const limits = new Set<AbortSignal | null | undefined>();
    const client = createClient({
      endpoint: "http://host",
      token: "t",
      retry: { firstDelayMs: 0 },
      timeoutMs: 50,
      // No network is in between: on a busy machine it may take longer than the limit.
      fetch(_, { signal }) {
        sent += 1;
        limits.add(signal);
        return sent === 1 ? Promise.reject(new TypeError("fetch failed")) : new Promise(() => {});
      },
    });
    expect(await rejection(client.imageTags.delete({ params }))).toBeInstanceOf(TimeLimitError);
    expect({ sent, limits: limits.size }).toEqual({ sent: 2, limits: 1 });
  });

  test("is drawn evenly up to a bound that doubles, on top of what the server asks for", () => {
    const retry = { attempts: 9, firstDelayMs: 100, maxDelayMs: 1000 };
    const numbers = fc.record({ attempts: fc.integer({ min: 1, max: 99 }), afterMs: fc.nat({ max: 5000 }) });
    fc.assert(
      fc.property(numbers, ({ attempts, afterMs }) => {
        const delay = delayMs(attempts, { undone: false, afterMs }, retry) - afterMs;
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(Math.min(1000, 100 * 2 ** (attempts - 1)));
      }),
    );
    const drawn = Array.from({ length: 1000 }, () => delayMs(1, { undone: false, afterMs: 0 }, retry));
    expect(drawn.filter((delay) => delay < 50).length).toBeGreaterThan(300);
    expect(drawn.filter((delay) => delay > 50).length).toBeGreaterThan(300);
  });
});

test.each([
  ["ECONNREFUSED", { undone: true }],
  ["EAI_AGAIN", { undone: true }],
  ["UND_ERR_CONNECT_TIMEOUT", { undone: true }],
  ["ECONNRESET", { undone: false }],
  ["UND_ERR_SOCKET", { undone: false }],
  [undefined, { undone: false }],
])("a connection that failed with %s may be made next time", (reason, expected) => {
  expect(transientFailure(reason)).toMatchObject(expected);
});

test.each([
  "ENOTFOUND",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "CERT_HAS_EXPIRED",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
])("a connection that failed with %s will fail again", (reason) =>
  expect(transientFailure(reason)).toBeUndefined(),
);

test.each([
  ["retry", true],
  ["retry", 3],
  ["retry.attempts", { attempts: 0 }],
  ["retry.attempts", { attempts: 1.5 }],
  ["retry.attempts", { attempts: 101 }],
  ["retry.firstDelayMs", { firstDelayMs: -1 }],
  ["retry.maxDelayMs", { maxDelayMs: "8000" }],
])("the option %s is refused when it is of no use: %j", async (option, retry) => {
  const created = untypedCall(createClient, { endpoint: "http://host", token: "t", retry });
  await expect(created).rejects.toThrow(InvalidOptionError);
  await expect(created).rejects.toMatchObject({ option });
});
