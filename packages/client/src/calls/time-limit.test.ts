import { spawn } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { describe, expect, test } from "vitest";
import { createClient } from "../client.ts";
import { ConnectionError, InvalidOptionError, TimeLimitError } from "../errors/errors.ts";
import { noContent, rejection, startTestServer, type Answer } from "../testing/test-server.ts";

const call = { params: { image_id: "i", tag: "t" } };
const silence: Answer = () => {};
const halfABody: Answer = (response) => {
  response.writeHead(404, { "Content-Type": "application/json", "Content-Length": 100 });
  response.write('{"error":');
};
const halfAPage: Answer = (response) => {
  response.writeHead(502, { "Content-Type": "text/html" });
  response.write("<html>");
};

describe("a time limit", () => {
  test.each([
    ["before the headers", silence],
    ["within a JSON body", halfABody],
    ["within the body of an undeclared reply", halfAPage],
  ])("ends a call %s", async (_, answer) => {
    await using server = await startTestServer(answer);
    const error = await rejection(server.client({ timeoutMs: 40 }).imageTags.delete(call));
    expect(error).toBeInstanceOf(TimeLimitError);
    expect(error).toMatchObject({
      code: "TIME_LIMIT",
      method: "DELETE",
      url: `${server.endpoint}/v2/images/i/tags/t`,
      timeoutMs: 40,
      message: expect.stringContaining("40 ms"),
    });
  });

  test("ends a call while its token is awaited, and nothing is sent then or later", async () => {
    const { promise: token, resolve: giveToken } = Promise.withResolvers<string>();
    const sent: unknown[] = [];
    const fetch = async (url: unknown) => {
      sent.push(url);
      return new Response(null, { status: 204 });
    };
    const client = createClient({ endpoint: "http://host", token: () => token, timeoutMs: 20, fetch });
    expect(await rejection(client.imageTags.delete(call))).toBeInstanceOf(TimeLimitError);
    giveToken("late");
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(sent).toEqual([]);
  });

  test("holds for a fetch that does not listen to its signal", async () => {
    const client = createClient({
      endpoint: "http://127.0.0.1:1",
      token: "t",
      timeoutMs: 20,
      fetch: () => new Promise(() => {}),
    });
    expect(await rejection(client.imageTags.delete(call))).toBeInstanceOf(TimeLimitError);
  });

  test("of Infinity is none", async () => {
    await using server = await startTestServer((response) => {
      setTimeout(() => noContent(response), 30);
    });
    const reply = await server.client({ timeoutMs: Infinity }).imageTags.delete(call);
    expect(reply.status).toBe(204);
  });

  test.each([1, 0.5, 2 ** 31 - 1, Infinity])("may be %d", (timeoutMs) => {
    expect(createClient({ endpoint: "http://127.0.0.1:1", token: "t", timeoutMs })).toBeTypeOf("object");
  });

  test.each([0, -1, Number.NaN, -Infinity, 2 ** 31, 1e300])("must not be %d", (timeoutMs) => {
    const create = () => createClient({ endpoint: "http://127.0.0.1:1", token: "t", timeoutMs });
    expect(create).toThrow(InvalidOptionError);
    expect(create).toThrow(expect.objectContaining({ option: "timeoutMs" }));
  });

  test("keeps no process alive after a reply or a failure", async () => {
    await using server = await startTestServer((response, arrival) => {
      const answer = arrival.target.endsWith("/reply") ? noContent : halfABody;
      answer(response, arrival);
    });
    const script = `
      import { createClient } from ${JSON.stringify(new URL("../client.ts", import.meta.url).href)};
      const given = new AbortController();
      const { imageTags } = createClient({
        endpoint: "${server.endpoint}",
        token: "t",
        timeoutMs: 2 ** 31 - 1,
        async fetch(url, init) {
          const reply = await globalThis.fetch(url, init);
          // The half of a body has come: no time of a busy machine ends the call before.
          if (url.endsWith("/failure")) setTimeout(() => given.abort(), 10);
          return reply;
        },
      });
      await imageTags.delete({ params: { image_id: "i", tag: "reply" } });
      const fetchOptions = { signal: given.signal };
      await imageTags.delete({ params: { image_id: "i", tag: "failure" }, fetchOptions }).catch(() => {});
    `;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], { timeout: 50_000 });
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(server.arrivals).toHaveLength(2);
  });
});

describe("an abort signal", () => {
  const reason = new Error("The user left.");

  test("that is aborted already rejects with its reason, and nothing is asked or sent", async () => {
    let asked = false;
    const token = () => {
      asked = true;
      return "t";
    };
    await using server = await startTestServer();
    const signal = AbortSignal.abort(reason);
    const error = await rejection(
      server.client({ token }).imageTags.delete({ ...call, fetchOptions: { signal } }),
    );
    expect(error).toBe(reason);
    expect(asked).toBe(false);
    expect(server.arrivals).toEqual([]);
  });

  test.each([
    ["before the headers", silence],
    ["within a JSON body", halfABody],
    ["within the body of an undeclared reply", halfAPage],
  ])("ends a call %s with its reason, and the connection with it", async (_, answer) => {
    const controller = new AbortController();
    const { promise: hungUp, resolve: closed } = Promise.withResolvers<void>();
    await using server = await startTestServer((response, arrival) => {
      response.on("close", closed);
      answer(response, arrival);
      setTimeout(() => controller.abort(reason), 20);
    });
    const { signal } = controller;
    const error = await rejection(server.client().imageTags.delete({ ...call, fetchOptions: { signal } }));
    expect(error).toBe(reason);
    await hungUp;
  });

  test("without a reason rejects with the platform's AbortError", async () => {
    const controller = new AbortController();
    await using server = await startTestServer(() => controller.abort());
    const { signal } = controller;
    const error = await rejection(server.client().imageTags.delete({ ...call, fetchOptions: { signal } }));
    expect(error).toBe(signal.reason);
    expect(error).toMatchObject({ name: "AbortError" });
  });

  test("is left without listeners after a call", async () => {
    const { signal } = new AbortController();
    await using server = await startTestServer();
    for (let count = 0; count < 20; count += 1) {
      await server.client().imageTags.delete({ ...call, fetchOptions: { signal } });
    }
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("a connection", () => {
  test("that is refused is a ConnectionError with the system's reason", async () => {
    const { endpoint } = await (async () => {
      await using gone = await startTestServer();
      return gone;
    })();
    const error = await rejection(createClient({ endpoint, token: "t" }).imageTags.delete(call));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({
      code: "CONNECTION_FAILED",
      reason: "ECONNREFUSED",
      message: `DELETE ${endpoint}/v2/images/i/tags/t: the connection failed (ECONNREFUSED).`,
      cause: expect.any(TypeError),
    });
  });

  test.each([
    ["before the headers", (response) => response.destroy()],
    [
      "within a JSON body",
      (response, arrival) => (halfABody(response, arrival), setTimeout(() => response.destroy(), 10)),
    ],
    [
      "within the body of an undeclared reply",
      (response, arrival) => (halfAPage(response, arrival), setTimeout(() => response.destroy(), 10)),
    ],
  ] satisfies [string, Answer][])(
    "that breaks %s is a ConnectionError, and the request is not sent again",
    async (_, answer) => {
      await using server = await startTestServer(answer);
      const error = await rejection(server.client().imageTags.delete(call));
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error).toMatchObject({ reason: expect.any(String) });
      expect(server.arrivals).toHaveLength(1);
    },
  );

  test.each([
    ["an error without a code, as a browser's", new TypeError("Failed to fetch")],
    ["no error at all", "offline"],
  ])("that fails with %s has no reason", async (_, cause) => {
    const client = createClient({ endpoint: "http://host", token: "t", fetch: () => Promise.reject(cause) });
    const error = await rejection(client.imageTags.delete(call));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ reason: undefined, cause });
  });

  test("that a fetch fails to make at once is a ConnectionError too", async () => {
    const fetch = () => {
      throw new Error("no network");
    };
    const client = createClient({ endpoint: "http://host", token: "t", fetch });
    expect(await rejection(client.imageTags.delete(call))).toBeInstanceOf(ConnectionError);
  });
});
