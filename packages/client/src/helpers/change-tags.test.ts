import { expect, test } from "vitest";
import { InvalidOptionError } from "../errors/errors.ts";
import { imagesWith, startTestImages } from "../testing/test-images.ts";
import { rejection } from "../testing/test-server.ts";
import { addTags, removeTags, type TagChange } from "./change-tags.ts";

test("changes come back with what became of them, and a failure is one change's own", async () => {
  await using service = await startTestImages(imagesWith("t", 3), {
    instead: ({ path }) =>
      path === "/v2/images/i1/tags/t" ? (response) => response.writeHead(403).end() : undefined,
  });
  const changes = ["i0", "i1", "i2", "gone"].map((imageId) => ({ imageId, tag: "t", note: `of ${imageId}` }));
  const results = await Array.fromAsync(removeTags(service.client(), changes, { concurrency: 1 }));
  expect(results).toMatchObject([
    { change: changes[0], outcome: "removed" },
    { change: changes[1], outcome: "failed", error: { code: "REFUSED", status: 403 } },
    { change: changes[2], outcome: "removed" },
    { change: changes[3], outcome: "alreadyAbsent" },
  ]);
  expect(service.images.map(({ tags }) => tags)).toEqual([[], ["t"], []]);
});

test("tags are added, and an image that is not there is a failure", async () => {
  await using service = await startTestImages(imagesWith("t", 2));
  const changes = ["i0", "i1", "gone"].map((imageId) => ({ imageId, tag: "new" }));
  const results = await Array.fromAsync(addTags(service.client(), changes, { concurrency: 1 }));
  expect(results.map(({ outcome }) => outcome)).toEqual(["added", "added", "failed"]);
  expect(service.images.map(({ tags }) => tags)).toEqual([
    ["t", "new"],
    ["t", "new"],
  ]);
});

test("no more changes are taken from their source than are under way", async () => {
  let taken = 0;
  let done = 0;
  async function* changes(): AsyncGenerator<TagChange, void, undefined> {
    for (const { id } of imagesWith("t", 30)) {
      taken += 1;
      expect(taken - done).toBeLessThanOrEqual(5);
      yield { imageId: id, tag: "t" };
    }
  }
  await using service = await startTestImages(imagesWith("t", 30));
  for await (const _ of removeTags(service.client(), changes(), { concurrency: 4 })) done += 1;
  expect([taken, done]).toEqual([30, 30]);
});

test("an aborted signal lets what is under way finish, and is thrown then", async () => {
  const controller = new AbortController();
  await using service = await startTestImages(imagesWith("t", 30));
  const changes = imagesWith("t", 30).map(({ id }) => ({ imageId: id, tag: "t" }));
  const outcomes: string[] = [];
  const run = async () => {
    const options = { concurrency: 3, signal: controller.signal };
    for await (const { outcome } of removeTags(service.client(), changes, options)) {
      outcomes.push(outcome);
      if (outcomes.length === 5) controller.abort(new Error("Enough."));
    }
  };
  expect(await rejection(run())).toMatchObject({ message: "Enough." });
  expect(outcomes.every((outcome) => outcome === "removed")).toBe(true);
  expect(service.images.filter(({ tags }) => tags.length === 0)).toHaveLength(outcomes.length);
  expect(outcomes.length).toBeLessThan(10);
});

test("a concurrency that cannot be used is refused before anything is sent", async () => {
  await using service = await startTestImages(imagesWith("t", 1));
  for (const change of [removeTags, addTags]) {
    expect(() => change(service.client(), [], { concurrency: 0 })).toThrow(InvalidOptionError);
  }
  expect(service.arrivals).toEqual([]);
});
