import { createClient } from "@imagetags/client";
import { describe, expect, test } from "vitest";
import { ask, errorIn, makeImage, tagsShown } from "../../testing/api.ts";
import { readMetrics } from "../../testing/read-metrics.ts";
import { startTestServer, tokenOf } from "../../testing/test-server.ts";

const tagsOf = (imageId: string, tag: string) => `/v2/images/${imageId}/tags/${tag}`;

describe("a limit of each caller's changes", () => {
  test("refuses those beyond it with 429 and the seconds until another is taken, and changes nothing", async () => {
    await using server = await startTestServer({ env: { IMAGETAGS_CHANGES_PER_CALLER: "6/m,burst=2" } });
    const imageId = await makeImage(server, { tags: ["a", "b"] });
    expect((await ask(server, "DELETE", tagsOf(imageId, "a"))).status).toBe(204);
    const refused = await ask(server, "DELETE", tagsOf(imageId, "b"));
    expect(refused.headers["retry-after"]).toBe("10");
    expect(errorIn(refused)).toEqual({
      code: 429,
      title: "Too Many Requests",
      message: "You ask for more changes than this cloud allows. Please try again in 10 seconds.",
      reason: "too-many-changes",
    });
    expect(await tagsShown(server, imageId)).toEqual(["b"]);
  });

  test("concerns no other caller of the project, and no request that changes nothing", async () => {
    await using server = await startTestServer({ env: { IMAGETAGS_CHANGES_PER_CALLER: "1/h" } });
    const imageId = await makeImage(server, { tags: ["a", "b"] });
    expect((await ask(server, "PUT", tagsOf(imageId, "c"))).status).toBe(429);
    expect((await ask(server, "GET", `/v2/images/${imageId}`)).status).toBe(200);
    expect((await ask(server, "HEAD", tagsOf(imageId, "a"))).status).toBe(204);
    expect((await ask(server, "OPTIONS", tagsOf(imageId, "a"))).status).toBe(200);
    expect((await ask(server, "DELETE", tagsOf(imageId, "a"), { as: "ALPHA_MEMBER2" })).status).toBe(204);
  });

  test("counts changes that are refused, and none of who has no valid token", async () => {
    await using server = await startTestServer({ env: { IMAGETAGS_CHANGES_PER_CALLER: "1/h,burst=2" } });
    const imageId = crypto.randomUUID();
    for (let time = 0; time < 3; time += 1)
      expect((await ask(server, "DELETE", tagsOf(imageId, "a"), { as: "NOBODY" })).status).toBe(401);
    expect((await ask(server, "DELETE", tagsOf(imageId, "a"))).status).toBe(404);
    expect((await ask(server, "DELETE", tagsOf(imageId, "a"))).status).toBe(404);
    expect((await ask(server, "DELETE", tagsOf(imageId, "a"))).status).toBe(429);
  });

  test(
    "is waited for by the client, which sends what was refused once more",
    { timeout: 30_000 },
    async () => {
      await using server = await startTestServer({ env: { IMAGETAGS_CHANGES_PER_CALLER: "1/s,burst=1" } });
      const imageId = await makeImage(server, { tags: ["a"] });
      const client = createClient({
        endpoint: server.url,
        token: tokenOf("ALPHA_MEMBER"),
        timeoutMs: 20_000,
      });
      const removed = await client.imageTags.delete({ params: { image_id: imageId, tag: "a" } });
      expect(removed.status).toBe(204);
      expect(server.logged()).toContain('"status":429');
    },
  );
});

describe("a limit of each project's changes", () => {
  test("holds for its callers together, and for no other project", async () => {
    await using server = await startTestServer({
      env: { IMAGETAGS_CHANGES_PER_PROJECT: "1/h,burst=3", IMAGETAGS_METRICS_LISTEN: "127.0.0.1:0" },
    });
    const imageId = await makeImage(server, { tags: ["a", "b"] });
    expect((await ask(server, "DELETE", tagsOf(imageId, "a"))).status).toBe(204);
    expect((await ask(server, "DELETE", tagsOf(imageId, "b"), { as: "ALPHA_MEMBER2" })).status).toBe(204);
    const refused = await ask(server, "PUT", tagsOf(imageId, "c"), { as: "ALPHA_MEMBER2" });
    expect(errorIn(refused).message).toBe(
      "Your project asks for more changes than this cloud allows. Please try again in 3600 seconds.",
    );
    await makeImage(server, {}, "BETA_MEMBER");
    const { values } = await readMetrics(server.running.metricsUrl);
    expect(values.get('imagetags_sheds_total{reason="changes-of-project"}')).toBe(1);
    expect(values.get('imagetags_sheds_total{reason="changes-of-caller"}')).toBe(0);
  });
});
