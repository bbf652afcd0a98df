import { afterEach, describe, expect, test, vi } from "vitest";
import { createClient } from "./client.ts";
import { InvalidOptionError } from "./errors/errors.ts";
import { startTestServer, untypedCall } from "./testing/test-server.ts";

const call = { params: { image_id: "i", tag: "t" } };

afterEach(() => vi.unstubAllGlobals());

describe("createClient", () => {
  test("sends nothing", async () => {
    await using server = await startTestServer();
    server.client();
    expect(server.arrivals).toEqual([]);
  });

  test.each([
    ["profile", { profile: "nova" }],
    ["fetch", { fetch: "fetch" }],
    ["token", { token: undefined }],
    ["token", { token: 7 }],
    ["timeoutMs", { timeoutMs: "30000" }],
    ["timeoutMs", { timeoutMs: null }],
    ["endpoint", { endpoint: undefined }],
  ])("refuses what is no %s", async (option, options) => {
    const created = untypedCall(createClient, { endpoint: "http://host", token: "t", ...options });
    await expect(created).rejects.toThrow(InvalidOptionError);
    await expect(created).rejects.toMatchObject({ option });
  });

  test("sends with the fetch it is given, which need not be bound", async () => {
    const sent: unknown[] = [];
    async function fetch(this: unknown, input: unknown) {
      sent.push([this, String(input)]);
      return new Response(null, { status: 204 });
    }
    await createClient({ endpoint: "http://host", token: "t", fetch }).imageTags.delete(call);
    expect(sent).toEqual([[undefined, "http://host/v2/images/i/tags/t"]]);
  });

  test("sends with the platform's fetch of the moment when it is given none", async () => {
    const client = createClient({ endpoint: "http://host", token: "t" });
    const fetch = vi.fn(async () => new Response(null, { status: 204 }));
    vi.stubGlobal("fetch", fetch);
    await client.imageTags.delete(call);
    expect(fetch).toHaveBeenCalledTimes(1);
  });
});
