import { describe, expect, test } from "vitest";
import { InvalidOptionError, InvalidParameterError } from "../errors/errors.ts";
import { removeTagEverywhere, type RemovalProgress } from "./remove-tag-everywhere.ts";
import { imagesWith, startTestImages } from "../testing/test-images.ts";
import { errorOf, json, rejection, type Answer } from "../testing/test-server.ts";

const bearing = (images: readonly { tags: string[] }[], tag: string) =>
  images.filter(({ tags }) => tags.includes(tag)).length;

test("a tag is removed from all images that bear it, over all pages, hidden ones too", async () => {
  const images = [...imagesWith("t", 57), { id: "h", name: "hidden", tags: ["a", "t"], os_hidden: true }];
  await using service = await startTestImages([...images, { id: "o", tags: ["a"] }], { pageSize: 10 });
  const results = await Array.fromAsync(removeTagEverywhere(service.client(), "t"));
  expect(results).toHaveLength(58);
  expect(new Set(results.map(({ imageId }) => imageId)).size).toBe(58);
  expect(results).toContainEqual({ imageId: "h", name: "hidden", outcome: "removed" });
  expect(bearing(service.images, "t")).toBe(0);
  expect(bearing(service.images, "a")).toBe(2);
});

test("the filter narrows it, and its own tags hold beside the tag", async () => {
  const images = [
    { id: "a", tags: ["t", "old"] },
    { id: "b", tags: ["t"] },
    { id: "c", tags: ["t", "old"], os_hidden: true },
  ];
  await using service = await startTestImages(images);
  const filter = { tag: "old", os_hidden: false };
  const results = await Array.fromAsync(removeTagEverywhere(service.client(), "t", filter));
  expect(results).toEqual([{ imageId: "a", name: null, outcome: "removed" }]);
  // What it asks first is answered as by a server that has no such thing.
  expect(service.arrivals.map(({ target }) => target).slice(0, 2)).toEqual([
    "/v2/tag-actions",
    "/v2/images?limit=500&tag=old&tag=t&os_hidden=false&sort_key=created_at&sort_dir=asc",
  ]);
});

test("a dry run tells the same images and changes nothing", async () => {
  await using service = await startTestImages(imagesWith("t", 25), { pageSize: 10 });
  const results = await Array.fromAsync(removeTagEverywhere(service.client(), "t", {}, { dryRun: true }));
  expect(results).toHaveLength(25);
  expect(results[0]).toEqual({ imageId: "i0", name: "n0", outcome: "wouldRemove" });
  const others = service.arrivals.filter(({ method }) => method !== "GET");
  expect(others.map(({ target, body }) => [target, JSON.parse(body)])).toEqual([
    ["/v2/tag-actions", expect.objectContaining({ dry_run: true })],
  ]);
});

test("a server that compares tags loosely loses no other tag", async () => {
  const sameTag = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  await using service = await startTestImages(
    [
      { id: "a", tags: ["prod"] },
      { id: "b", tags: ["Prod"] },
    ],
    { sameTag },
  );
  const results = await Array.fromAsync(removeTagEverywhere(service.client(), "Prod"));
  expect(results).toEqual([{ imageId: "b", name: null, outcome: "removed" }]);
  expect(service.images[0]?.tags).toEqual(["prod"]);
});

test.each([" t", "t ", "\tt"])(
  "the tag %j is found though servers take the blanks of a filter away",
  async (tag) => {
    await using service = await startTestImages([{ id: "a", tags: [tag] }, ...imagesWith("t", 2)], {
      sameTag: (a, b) => a.trim() === b,
    });
    const results = await Array.fromAsync(removeTagEverywhere(service.client(), tag));
    expect(results).toEqual([{ imageId: "a", name: null, outcome: "removed" }]);
    expect(bearing(service.images, "t")).toBe(2);
  },
);

test("what fails for one image is told, and the others go on; running it again finds what is left", async () => {
  let failing = true;
  const refuse: Answer = json(403, errorOf(403, "Forbidden", "It is not yours."));
  await using service = await startTestImages(imagesWith("t", 20), {
    pageSize: 6,
    instead: ({ method, path }) => {
      if (!failing || method !== "DELETE") return undefined;
      if (path.includes("/i7/")) return refuse;
      if (path.includes("/i8/")) return (response) => response.destroy();
      if (path.includes("/i9/")) service.images.splice(9, 1);
      return undefined;
    },
  });
  const first = await Array.fromAsync(removeTagEverywhere(service.client(), "t"));
  const by = new Map(first.map((result) => [result.imageId, result]));
  expect(by.get("i7")).toMatchObject({
    outcome: "failed",
    error: { code: "REFUSED", message: "It is not yours." },
  });
  expect(by.get("i8")).toMatchObject({ outcome: "failed", error: { code: "CONNECTION_FAILED" } });
  expect(by.get("i9")).toMatchObject({ outcome: "alreadyAbsent" });
  expect(first.filter(({ outcome }) => outcome === "removed")).toHaveLength(17);

  failing = false;
  const second = await Array.fromAsync(removeTagEverywhere(service.client(), "t"));
  expect(second.map(({ imageId, outcome }) => [imageId, outcome]).toSorted()).toEqual([
    ["i7", "removed"],
    ["i8", "removed"],
  ]);
});

test("no more removals are under way at once than allowed, and as many", async () => {
  let now = 0;
  let most = 0;
  await using service = await startTestImages(imagesWith("t", 30), {
    instead: ({ method }) => {
      if (method !== "DELETE") return undefined;
      most = Math.max(most, (now += 1));
      return (response) => {
        setTimeout(() => {
          now -= 1;
          response.writeHead(204).end();
        }, 20);
      };
    },
  });
  await Array.fromAsync(removeTagEverywhere(service.client(), "t", {}, { concurrency: 5 }));
  expect(most).toBe(5);
});

test("no more pages are asked for than are worked on", async () => {
  await using service = await startTestImages(imagesWith("t", 100), { pageSize: 10 });
  const removals = removeTagEverywhere(service.client(), "t", {}, { concurrency: 2 });
  for (let count = 0; count < 15; count += 1) await removals.next();
  expect(service.arrivals.filter(({ method }) => method === "GET").length).toBeLessThanOrEqual(2);
  await removals.return();
});

test("progress counts what was found and what became of it", async () => {
  const seen: RemovalProgress[] = [];
  await using service = await startTestImages(imagesWith("t", 12), {
    pageSize: 5,
    instead: ({ method, path }) =>
      method === "DELETE" && path.includes("/i3/") ? json(403, errorOf(403, "Forbidden", "No.")) : undefined,
  });
  await Array.fromAsync(
    removeTagEverywhere(service.client(), "t", {}, { onProgress: (progress) => seen.push(progress) }),
  );
  expect(seen.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(seen.every(({ done, found }) => done <= found)).toBe(true);
  expect(seen.at(-1)).toMatchObject({ found: 12, done: 12, removed: 11, alreadyAbsent: 0, failed: 1 });
});

describe("ended early,", () => {
  test("by its signal, it gives what was under way and then throws the reason", async () => {
    await using service = await startTestImages(imagesWith("t", 100), { pageSize: 10 });
    const controller = new AbortController();
    const reason = new Error("Ctrl-C");
    const given: string[] = [];
    const run = async () => {
      const options = { signal: controller.signal, concurrency: 4 };
      for await (const { imageId, outcome } of removeTagEverywhere(service.client(), "t", {}, options)) {
        expect(outcome).toBe("removed");
        given.push(imageId);
        if (given.length === 20) controller.abort(reason);
      }
    };
    expect(await rejection(run())).toBe(reason);
    expect(given.length).toBeLessThanOrEqual(24);
    // What the server did is what was told.
    expect(bearing(service.images, "t")).toBe(100 - given.length);
  });

  test("by leaving the loop, nothing goes on behind the caller's back", async () => {
    await using service = await startTestImages(imagesWith("t", 100), { pageSize: 10 });
    for await (const _ of removeTagEverywhere(service.client(), "t", {}, { concurrency: 4 })) break;
    const { length } = service.arrivals;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(service.arrivals).toHaveLength(length);
  });

  test("by a list that fails, it gives what was under way and then throws the failure", async () => {
    await using service = await startTestImages(imagesWith("t", 30), {
      pageSize: 10,
      instead: ({ query }) =>
        query.get("marker") === "i19" ? json(403, errorOf(403, "Forbidden", "No more.")) : undefined,
    });
    const given: string[] = [];
    const run = async () => {
      for await (const { imageId } of removeTagEverywhere(service.client(), "t")) given.push(imageId);
    };
    expect(await rejection(run())).toMatchObject({ code: "REFUSED", message: "No more." });
    expect(given).toHaveLength(20);
  });
});

test.each([0, -1, 1.5, 101, Number.NaN])("a concurrency of %d is refused", async (concurrency) => {
  await using service = await startTestImages([]);
  const removals = removeTagEverywhere(service.client(), "t", {}, { concurrency });
  expect(await rejection(removals.next())).toBeInstanceOf(InvalidOptionError);
});

test.each(["sort", "sort_key", "sort_dir", "marker"])("a filter with %s is refused", async (name) => {
  await using service = await startTestImages([]);
  const removals = removeTagEverywhere(service.client(), "t", { [name]: "updated_at" });
  expect(await rejection(removals.next())).toBeInstanceOf(InvalidParameterError);
});
