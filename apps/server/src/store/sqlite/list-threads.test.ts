import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { expect, test, vi } from "vitest";
import { imageRow, insertRows } from "../../testing/image-rows.ts";
import { listed, listFilter } from "../../testing/list-filter.ts";
import { newImage } from "../../testing/make-image.ts";
import { openSqlite } from "./open.ts";
import { ListThread } from "./list-thread.ts";
import { ListThreads } from "./list-threads.ts";

/** A list that looks at each of the images in vain. */
const SLOW = {
  conditions: [{ kind: "property", name: "zz", value: "1" }],
} as const;

test("a list that looks at every image keeps nothing else waiting", async () => {
  using folder = temporaryFolder();
  const path = folder.at("test.db");
  const { store } = await openSqlite(path);
  const file = new Database(path);
  insertRows(
    file,
    "images",
    Array.from({ length: 5_000 }, () => imageRow({ owner: "alpha" })),
  );
  file.close();
  const { id: imageId } = newImage();
  await store.createImage(newImage({ id: imageId, tags: ["a"] }));
  await store.listImages(listFilter(SLOW));

  const lists = { underWay: 3 };
  for (let count = 0; count < 3; count += 1) {
    void store.listImages(listFilter(SLOW)).finally(() => {
      lists.underWay -= 1;
    });
  }
  // In the process itself the lists would be over before anything else had begun.
  let changes = 0;
  while (lists.underWay > 0) {
    await store.addTag({ imageId, projectId: "alpha" }, `t${changes}`, -1, () => undefined);
    await sleep(1);
    changes += 1;
  }
  expect(changes).toBeGreaterThan(1);
  await store.close();
});

test("a list holds what was changed before it was asked for", async () => {
  using folder = temporaryFolder();
  const { store } = await openSqlite(folder.at("test.db"));
  for (let count = 1; count <= 50; count += 1) {
    await store.createImage(newImage());
    expect(await listed(store)).toHaveLength(count);
  }
  await store.close();
});

test("a thread that dies fails its list, and the next list has another", async () => {
  using folder = temporaryFolder();
  const path = folder.at("test.db");
  const { store } = await openSqlite(path);
  await store.createImage(newImage());
  const thread = new ListThread({ path, recordsEvents: true });
  // Not even a list: the thread throws over it and ends.
  await expect(Reflect.apply(thread.list, thread, [null])).rejects.toThrow("has ended");
  expect(await thread.list({ of: "images", filter: listFilter() })).toMatchObject({
    page: { images: [{}], mayGoOn: false },
  });
  await thread.close();
  await store.close();
});

test("more lists than may wait are refused at once", async () => {
  using folder = temporaryFolder();
  const path = folder.at("test.db");
  const { store } = await openSqlite(path);
  const threads = new ListThreads({ path, recordsEvents: true });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 110 }, () => threads.list({ of: "images", filter: listFilter() })),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(102);
  expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({
    reason: { name: "StoreOverloaded" },
  });
  await threads.close();
  await store.close();
});

test("a database whose file is removed or replaced is not available until it is back", async () => {
  using folder = temporaryFolder();
  const path = folder.at("test.db");
  const reports: string[] = [];
  const { store } = await openSqlite(path, { report: (problem) => reports.push(problem) });
  const image = newImage({ tags: ["a"] });
  await store.createImage(image);
  const key = { imageId: image.id, projectId: "alpha" };
  const remove = (tag: string) =>
    store.removeTag(
      key,
      tag,
      Object.assign(() => undefined, { certain: "any" as const }),
    );
  const elsewhere = join(folder.at("elsewhere.db"));

  renameSync(path, elsewhere);
  await vi.waitFor(() => expect(reports).toHaveLength(1), { timeout: 5_000 });
  expect(reports[0]).toContain("was removed or replaced while it was open (ENOENT)");
  for (const work of [remove("a"), store.findImage(key), store.listImages(listFilter()), store.ping()]) {
    await expect(work).rejects.toMatchObject({ name: "StoreUnavailable" });
  }
  writeFileSync(path, "");
  await sleep(1_500);
  await expect(remove("a")).rejects.toMatchObject({ name: "StoreUnavailable" });

  renameSync(elsewhere, path);
  await vi.waitFor(() => expect(reports.at(-1)).toContain("is at its place again"), { timeout: 5_000 });
  expect(await remove("a")).toBe("removed");
  await store.close();
});
