import {
  addTag,
  createClient,
  findImage,
  images,
  listTags,
  removeTag,
  removeTagEverywhere,
  tagCounts,
} from "@imagetags/client";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { imageRow, insertRows, tagRow } from "../testing/image-rows.ts";
import { startTestServer, tokenOf, type TestServer } from "../testing/test-server.ts";

const SAME_SECOND = "2031-05-01 10:00:00.000000";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const clientOf = (caller: "ALPHA_MEMBER" | "BETA_MEMBER") =>
  createClient({ endpoint: server.url, token: tokenOf(caller) });

/** Writes images of one second, some of them hidden. All bear these tags. */
function write(count: number, tags: readonly string[]): void {
  const file = new Database(server.databasePath);
  try {
    const rows = Array.from({ length: count }, (_, index) =>
      imageRow({ name: `n${index}`, created_at: SAME_SECOND, os_hidden: index % 40 === 0 ? 1 : 0 }),
    );
    insertRows(file, "images", rows);
    insertRows(
      file,
      "image_tags",
      rows.flatMap(({ id }) => tags.map((tag) => tagRow(id, tag))),
    );
  } finally {
    file.close();
  }
}

it("removes a tag from all images over several pages, and leaves their other tags", async () => {
  write(1_200, ["t", "T", "a/b"]);
  const client = clientOf("ALPHA_MEMBER");
  const seen = new Map<string, string>();
  for await (const { imageId, outcome } of removeTagEverywhere(client, "t", {}, { concurrency: 16 })) {
    expect(seen.has(imageId), imageId).toBe(false);
    seen.set(imageId, outcome);
  }
  expect(seen.size).toBe(1_200);
  expect(new Set(seen.values())).toEqual(new Set(["removed"]));
  expect([...(await tagCounts(client))]).toEqual([
    ["T", 1_200],
    ["a/b", 1_200],
  ]);
  expect(await removeTagEverywhere(client, "t").next()).toEqual({ done: true, value: undefined });
});

it("finds an image by its name, changes its tags and tells what is not there", async () => {
  const client = clientOf("ALPHA_MEMBER");
  const made = await client.images.create({ body: { name: "eq:a/b, 100%", os_hidden: true } });
  const { id } = await findImage(client, "eq:a/b, 100%");
  expect(made).toMatchObject({ status: 201, body: { id } });
  await addTag(client, id, "x/é");
  expect(await listTags(client, id)).toEqual(["x/é"]);
  expect(await removeTag(client, id, "x/é")).toEqual({ outcome: "removed", attempts: 1 });
  expect(await removeTag(client, id, "x/é")).toEqual({ outcome: "alreadyAbsent", attempts: 1 });
  await expect(removeTag(clientOf("BETA_MEMBER"), id, "x/é")).rejects.toMatchObject({
    code: "IMAGE_NOT_FOUND",
  });
  await expect(findImage(client, "n40")).resolves.toMatchObject({ os_hidden: true });
});

it("goes on with a list whose images are deleted one after the other", async () => {
  const client = clientOf("ALPHA_MEMBER");
  let gone = 0;
  for await (const { id } of images(client, { tag: "T", limit: 7, sort: "name:asc" })) {
    expect(await client.images.delete({ params: { image_id: id } })).toMatchObject({ status: 204 });
    if ((gone += 1) === 50) break;
  }
  expect(gone).toBe(50);
});
