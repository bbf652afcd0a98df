import { createServer } from "node:http";
import { expect, test } from "vitest";
import { createClient } from "../client.ts";
import { InvalidParameterError, UnexpectedReplyError } from "../errors/errors.ts";
import {
  errorOf,
  json,
  rejection,
  startTestServer,
  text,
  untypedCall,
  type Answer,
} from "../testing/test-server.ts";

const params = { image_id: "i" };
const OCTETS = "application/octet-stream";

function inPieces(...pieces: string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(piece));
    },
  });
}

test.each([
  ["a Blob, whatever its own type", () => new Blob(["hello"], { type: "image/png" })],
  ["a Uint8Array", () => new TextEncoder().encode("hello")],
  ["a part of a larger buffer", () => new Uint8Array(new TextEncoder().encode("(hello)").buffer, 1, 5)],
  ["a stream", () => inPieces("hel", "", "lo")],
])("%s is sent as the bytes that it is", async (_, data) => {
  await using server = await startTestServer();
  const reply = await server.client().imageData.upload({ params, body: data() });
  expect(reply).toMatchObject({ status: 204, body: undefined });
  expect(server.arrivals).toMatchObject([
    { method: "PUT", target: "/v2/images/i/file", headers: { "content-type": OCTETS }, body: "hello" },
  ]);
});

test("nothing is sent as empty data only when it is given as such", async () => {
  await using server = await startTestServer();
  await server.client().imageData.upload({ params, body: new Blob([]) });
  expect(server.arrivals).toMatchObject([{ headers: { "content-length": "0" }, body: "" }]);
});

test.each([
  undefined,
  null,
  "hello",
  { a: 1 },
  [1, 2],
  new ArrayBuffer(1),
  new Uint8Array(new SharedArrayBuffer(1)),
])("%o is refused as data, and nothing is sent", async (body) => {
  await using server = await startTestServer();
  const error = await rejection(untypedCall(server.client().imageData.upload, { params, body }));
  expect(error).toBeInstanceOf(InvalidParameterError);
  expect(error).toMatchObject({ parameter: "body" });
  expect(server.arrivals).toEqual([]);
});

test("a stream is taken no faster than the server takes it", async () => {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      pulled += 1;
      if (pulled > 1_000) controller.close();
      else controller.enqueue(new Uint8Array(100_000));
    },
  });
  // Reads the headers and nothing more.
  const server = createServer((request) => request.pause()).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The test server has no port.");
  const client = createClient({ endpoint: `http://127.0.0.1:${address.port}`, token: "t", timeoutMs: 700 });
  expect(await rejection(client.imageData.upload({ params, body }))).toMatchObject({ code: "TIME_LIMIT" });
  expect(pulled).toBeLessThan(500);
  server.closeAllConnections();
  server.close();
});

test.each([
  [200, "all of it"],
  [206, "a part"],
] as const)("%i gives %s as a Blob", async (status, body) => {
  await using server = await startTestServer(text(status, OCTETS, body));
  const reply = await server.client().imageData.download({ params, headers: { range: "bytes=0-5" } });
  if (reply.status !== status) throw new Error(`It was answered ${reply.status}.`);
  expect(reply.body).toBeInstanceOf(Blob);
  expect(await reply.body.text()).toBe(body);
  expect(server.arrivals[0]?.headers["range"]).toBe("bytes=0-5");
});

test("an image without data has none", async () => {
  await using server = await startTestServer();
  expect(await server.client().imageData.download({ params })).toMatchObject({
    status: 204,
    body: undefined,
  });
});

test.each([
  [409, "Conflict"],
  [416, "Range Not Satisfiable"],
  [404, "Not Found"],
])("a refusal with %i is the error that it says", async (status, title) => {
  const body = errorOf(status, title, "No.");
  await using server = await startTestServer(json(status, body));
  expect(await server.client().imageData.download({ params })).toMatchObject({ status, body });
});

test.each<[string, Answer]>([
  ["an HTML page", text(200, "text/html", "<p>Log in</p>")],
  ["JSON", json(200, {})],
])("%s in the place of data is no data", async (_, answer) => {
  await using server = await startTestServer(answer);
  const error = await rejection(server.client().imageData.download({ params }));
  expect(error).toBeInstanceOf(UnexpectedReplyError);
  expect(error).toMatchObject({ status: 200 });
});
