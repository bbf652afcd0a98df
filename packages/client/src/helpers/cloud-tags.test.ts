import { expect, test } from "vitest";
import { EndlessListError, NotServedError, RefusedError } from "../errors/refusal-errors.ts";
import { errorOf, json, startTestServer, text } from "../testing/test-server.ts";
import { cloudTags } from "./cloud-tags.ts";

const row = (name: string) => ({ name, images: 2, updated_at: "2031-01-01T00:00:00.000000Z" });

test("all tags come page by page, empty ones too, by the markers of the links", async () => {
  const pages: Record<string, object> = {
    "": { tags: [row("a"), row("b")], next: "/v2/tags?limit=2&marker=b%26" },
    "b&": { tags: [], next: "http://elsewhere.example.org/v2/tags?marker=m" },
    m: { tags: [row("z")] },
  };
  await using server = await startTestServer((response, { target }) => {
    const marker = new URLSearchParams(target.split("?")[1]).get("marker") ?? "";
    json(200, { first: "/v2/tags", ...pages[marker] })(response);
  });
  const found = await Array.fromAsync(cloudTags(server.client(), { name: "x*", os_hidden: true }));
  expect(found).toEqual([row("a"), row("b"), row("z")]);
  expect(server.arrivals.map(({ target }) => target)).toEqual([
    "/v2/tags?name=x*&os_hidden=true&limit=1000",
    "/v2/tags?name=x*&os_hidden=true&limit=1000&marker=b%26",
    "/v2/tags?name=x*&os_hidden=true&limit=1000&marker=m",
  ]);
});

test("a server that names the same page again is not followed, nor one that names empty pages for ever", async () => {
  await using again = await startTestServer(
    json(200, { tags: [row("a")], first: "", next: "/v2/tags?marker=a" }),
  );
  expect(await Array.fromAsync(cloudTags(again.client()))).toEqual([row("a"), row("a")]);
  let page = 0;
  await using endless = await startTestServer((response) =>
    json(200, { tags: [], first: "", next: `/v2/tags?marker=${(page += 1)}` })(response),
  );
  await expect(Array.fromAsync(cloudTags(endless.client()))).rejects.toThrow(EndlessListError);
});

test("a server that has no such list is told from one that refuses it", async () => {
  await using glance = await startTestServer(text(404, "text/html", "<h1>404 Not Found</h1>"));
  await expect(Array.fromAsync(cloudTags(glance.client()))).rejects.toThrow(NotServedError);
  await using server = await startTestServer(json(403, errorOf(403, "Forbidden", "no", "forbidden")));
  await expect(Array.fromAsync(cloudTags(server.client()))).rejects.toThrow(RefusedError);
});
