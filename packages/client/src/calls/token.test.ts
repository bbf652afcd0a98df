import { describe, expect, test } from "vitest";
import { createClient } from "../client.ts";
import { InvalidOptionError } from "../errors/errors.ts";
import { rejection, startTestServer, TOKEN } from "../testing/test-server.ts";

const call = { params: { image_id: "i", tag: "t" } };
const badTokens = [
  "",
  " ",
  " padded",
  "padded ",
  "two words",
  "line\n",
  "line\r\nX-Other: 1",
  "nul\0",
  "é",
  "😀",
];

describe("the token", () => {
  test("is sent as X-Auth-Token", async () => {
    await using server = await startTestServer();
    await server.client().imageTags.delete(call);
    expect(server.arrivals[0]?.headers["x-auth-token"]).toBe(TOKEN);
  });

  test("may be any visible ASCII", async () => {
    const token = String.fromCharCode(...Array.from({ length: 94 }, (_, index) => 0x21 + index));
    await using server = await startTestServer();
    await server.client({ token }).imageTags.delete(call);
    expect(server.arrivals[0]?.headers["x-auth-token"]).toBe(token);
  });

  test("is asked of a token function for each request", async () => {
    let asked = 0;
    const tokens = [() => `now-${(asked += 1)}`, async () => `later-${(asked += 1)}`];
    await using server = await startTestServer();
    for (const token of tokens) {
      const client = server.client({ token });
      await client.imageTags.delete(call);
      await client.imageTags.delete(call);
    }
    const sent = server.arrivals.map(({ headers }) => headers["x-auth-token"]);
    expect(sent).toEqual(["now-1", "now-2", "later-3", "later-4"]);
  });

  test("wins over an extra header of its name", async () => {
    await using server = await startTestServer();
    await server.client().imageTags.delete({ ...call, extraHeaders: { "X-Auth-Token": "other" } });
    expect(server.arrivals[0]?.headers["x-auth-token"]).toBe(TOKEN);
  });

  test.each(badTokens)("%j is refused at once, and not quoted", (token) => {
    const create = () => createClient({ endpoint: "http://127.0.0.1:1", token });
    expect(create).toThrow(InvalidOptionError);
    expect(create).toThrow(expect.objectContaining({ option: "token" }));
  });

  test.each(badTokens)("%j of a token function is refused at the call and nothing is sent", async (token) => {
    await using server = await startTestServer();
    const error = await rejection(server.client({ token: () => token }).imageTags.delete(call));
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toMatchObject({ option: "token" });
    expect(server.arrivals).toEqual([]);
  });

  test("function's own failure is thrown as it is and nothing is sent", async () => {
    const failure = new Error("Keystone is down.");
    const failing = [
      () => Promise.reject(failure),
      () => {
        throw failure;
      },
    ];
    await using server = await startTestServer();
    for (const token of failing) {
      expect(await rejection(server.client({ token }).imageTags.delete(call))).toBe(failure);
    }
    expect(server.arrivals).toEqual([]);
  });
});
