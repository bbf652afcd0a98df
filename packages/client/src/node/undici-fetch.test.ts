import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { createClient } from "../client.ts";
import { ConnectionError, TimeLimitError, UnexpectedReplyError } from "../errors/errors.ts";
import {
  errorOf,
  json,
  rejection,
  startTestServer,
  text,
  TOKEN,
  type Answer,
} from "../testing/test-server.ts";
import { undiciFetch as fetch } from "./undici-fetch.ts";

const call = { params: { image_id: "i", tag: "t" } };
const params = { image_id: "i" };
const data = new TextEncoder().encode("hello");

describe("a client that sends by undici's request", () => {
  test("removes a tag", async () => {
    await using server = await startTestServer();
    const reply = await server.client({ fetch }).imageTags.delete(call);
    expect([reply.status, reply.body]).toEqual([204, undefined]);
    expect(server.arrivals).toMatchObject([
      { method: "DELETE", target: "/v2/images/i/tags/t", headers: { "x-auth-token": TOKEN }, body: "" },
    ]);
  });

  test("sends and reads JSON, and asks for none that is compressed", async () => {
    await using server = await startTestServer(json(200, { tags: ["é"] }));
    const reply = await server.client({ fetch }).imageTags.replace({ params, body: { tags: ["é"] } });
    expect(reply).toMatchObject({ status: 200, body: { tags: ["é"] } });
    expect(server.arrivals).toMatchObject([
      {
        headers: { "content-type": "application/json", "accept-encoding": "identity" },
        body: '{"tags":["é"]}',
      },
    ]);
  });

  test("reads errors, and headers as fetch does", async () => {
    await using server = await startTestServer((response) => {
      response.setHeader("X-Twice", ["a", "b"]);
      response.setHeader("X-Name", "é");
      json(404, errorOf(404, "Not Found", "No."))(response);
    });
    const [ours, platforms] = await Promise.all(
      [fetch, globalThis.fetch].map((sender) => server.client({ fetch: sender }).imageTags.delete(call)),
    );
    expect(ours).toMatchObject({ status: 404, body: errorOf(404, "Not Found", "No.") });
    expect(ours?.headers.get("x-twice")).toBe("a, b");
    expect(ours?.headers.get("x-name")).toBe(platforms?.headers.get("x-name"));
  });

  test.each([
    ["a Blob", () => new Blob([data])],
    ["a Uint8Array", () => data],
    ["a stream", () => new Blob([data]).stream()],
  ])("uploads %s", async (_, body) => {
    await using server = await startTestServer();
    const { imageData } = server.client({ fetch });
    expect(await imageData.upload({ params, body: body() })).toMatchObject({ status: 204 });
    expect(server.arrivals).toMatchObject([
      { headers: { "content-type": "application/octet-stream" }, body: "hello" },
    ]);
  });

  test("downloads data", async () => {
    await using server = await startTestServer(text(200, "application/octet-stream", "hello"));
    const reply = await server.client({ fetch }).imageData.download({ params });
    if (reply.status !== 200) return expect.fail();
    expect(await reply.body.text()).toBe("hello");
  });

  test("follows no redirect", async () => {
    await using server = await startTestServer((response) =>
      response.writeHead(302, { Location: "/elsewhere" }).end(),
    );
    const error = await rejection(server.client({ fetch }).imageTags.delete(call));
    expect(error).toBeInstanceOf(UnexpectedReplyError);
    expect(server.arrivals).toHaveLength(1);
  });

  test("tells why a connection failed", async () => {
    const { endpoint } = await (async () => {
      await using gone = await startTestServer();
      return gone;
    })();
    const client = createClient({ endpoint, token: "t", retry: false, fetch });
    const error = await rejection(client.imageTags.delete(call));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ reason: "ECONNREFUSED" });
  });

  const silence: Answer = () => {};
  const halfABody: Answer = (response) => {
    response.writeHead(404, { "Content-Type": "application/json", "Content-Length": 100 });
    response.write('{"error":');
  };
  test.each([
    ["before the headers", silence],
    ["within a body", halfABody],
  ])("ends at the time limit %s, and the connection with it", async (_, answer) => {
    const { promise: hungUp, resolve: closed } = Promise.withResolvers<void>();
    await using server = await startTestServer((response, arrival) => {
      response.on("close", closed);
      answer(response, arrival);
    });
    const error = await rejection(server.client({ fetch, timeoutMs: 200 }).imageTags.delete(call));
    expect(error).toBeInstanceOf(TimeLimitError);
    await hungUp;
  });

  test("uses its connections again, and leaves no listener on the caller's signal", async () => {
    const sockets = new Set<unknown>();
    await using server = await startTestServer((response) => {
      sockets.add(response.socket);
      response.writeHead(204).end();
    });
    const { signal } = new AbortController();
    const client = server.client({ fetch });
    for (let count = 0; count < 5; count += 1)
      await client.imageTags.delete({ ...call, fetchOptions: { signal } });
    expect(sockets.size).toBeLessThan(5);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});
