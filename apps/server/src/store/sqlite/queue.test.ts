import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { newImage, tagsInFile } from "../../testing/make-image.ts";
import type { ImageKey, ImageStore } from "../../images/model/image-store.ts";
import { StoreUnavailable } from "../../images/model/image-store.ts";
import { openSqlite } from "./open.ts";

const allow = () => undefined;
const UNLIMITED = -1;

describe("changes that arrive together", () => {
  test("share one commit", async () => {
    const tags = Array.from({ length: 64 }, (_, index) => `tag-${index}`);
    await using file = await fileWithImage(tags);
    const before = statSync(`${file.path}-wal`).size;
    await Promise.all(tags.map((tag) => file.store.removeTag(file.key, tag, allow)));
    // Each commit writes at least the page of the tag, that of the image and one of an index.
    const pages = (statSync(`${file.path}-wal`).size - before) / (4096 + 24);
    expect(pages).toBeGreaterThan(0);
    expect(pages).toBeLessThan(64);
    expect(file.tags()).toEqual([]);
  });

  test("are done in the order they came", async () => {
    await using file = await fileWithImage([]);
    const { store, key } = file;
    expect(
      await Promise.all([
        store.addTag(key, "x", UNLIMITED, allow),
        store.removeTag(key, "x", allow),
        store.removeTag(key, "x", allow),
        store.addTag(key, "x", UNLIMITED, allow),
        store.addTag(key, "x", UNLIMITED, allow),
        store.replaceTags(key, new Set(["y"]), allow),
        store.removeTag(key, "x", allow),
        store.removeTag(key, "y", allow),
      ]),
    ).toEqual(["added", "removed", "no-tag", "added", "present", "replaced", "no-tag", "removed"]);
    expect(file.tags()).toEqual([]);
  });

  // ABORT undoes the statement, FAIL leaves what it did, ROLLBACK ends the transaction by itself.
  test.each(["ABORT", "FAIL", "ROLLBACK"])(
    "do not fail because the database refuses one of them (%s)",
    async (how) => {
      await using file = await fileWithImage(["before", "after", "poison"]);
      const { store, key } = file;
      refuseTag(file.path, "poison", how);
      const [before, removal, addition, after, refused] = await Promise.allSettled([
        store.removeTag(key, "before", allow),
        store.removeTag(key, "poison", allow),
        store.addTag(key, "added", UNLIMITED, allow),
        store.removeTag(key, "after", allow),
        store.removeTag(key, "after", () => new Error("refused")),
      ]);
      expect(before).toMatchObject({ value: "removed" });
      expect(removal).toMatchObject({ status: "rejected", reason: { message: "the tag is poison" } });
      expect(addition).toMatchObject({ value: "added" });
      expect(after).toMatchObject({ value: "removed" });
      expect(refused).toMatchObject({ status: "rejected", reason: { message: "refused" } });
      expect(file.tags()).toEqual(["added", "poison"]);
    },
  );

  test("are taken back as a whole change, not in part, when the database refuses", async () => {
    await using file = await fileWithImage(["one", "two", "poison"]);
    refuseTag(file.path, "poison", "FAIL");
    await expect(file.store.replaceTags(file.key, new Set(["three"]), allow)).rejects.toThrow(
      "the tag is poison",
    );
    expect(file.tags()).toEqual(["one", "poison", "two"]);
  });

  test("do not fail because one permit throws", async () => {
    await using file = await fileWithImage(["one", "two"]);
    const mistake = new TypeError("a mistake");
    const [thrown, done] = await Promise.allSettled([
      file.store.removeTag(file.key, "one", () => {
        throw mistake;
      }),
      file.store.removeTag(file.key, "two", allow),
    ]);
    expect(thrown).toEqual({ status: "rejected", reason: mistake });
    expect(done).toMatchObject({ value: "removed" });
    expect(file.tags()).toEqual(["one"]);
  });
});

describe.concurrent("while another connection holds the database's lock", () => {
  test("changes wait, reads and the event loop go on, and all is done when the lock is free", async () => {
    await using file = await fileWithImage(["one", "two", "three"]);
    const { store, key } = file;
    const lock = file.lock();
    const settled: string[] = [];
    const changes = ["one", "two"].map(async (tag) => {
      await store.removeTag(key, tag, allow);
      settled.push(tag);
    });
    await sleep(200);
    expect(settled).toEqual([]);
    expect((await store.findImage(key))?.image.tags).toEqual(["one", "three", "two"]);
    // Whoever has the lock can write.
    await store.ping();
    const late = store.addTag(key, "four", UNLIMITED, allow);
    // Only a free event loop comes to this line: SQLite's own waiting would hold it until it gives up.
    lock.release();
    await Promise.all(changes);
    expect(await late).toBe("added");
    expect(file.tags()).toEqual(["four", "three"]);
  });

  test("what the other commits is seen by the changes that waited", async () => {
    await using file = await fileWithImage(["one"]);
    const lock = file.lock();
    lock.connection.prepare("UPDATE image_tags SET deleted = 1 WHERE image_id = ?").run(file.key.imageId);
    const removal = file.store.removeTag(file.key, "one", allow);
    await sleep(50);
    lock.release();
    expect(await removal).toBe("no-tag");
  });

  test("close waits for the changes that wait", async () => {
    await using file = await fileWithImage(["one", "two"]);
    const lock = file.lock();
    const removal = file.store.removeTag(file.key, "one", allow);
    const closing = file.store.close();
    await sleep(100);
    lock.release();
    await closing;
    expect(await removal).toBe("removed");
    expect(file.tags()).toEqual(["two"]);
  });

  test("a change gives up after 5 s, one that came later is still done, and nothing came of the first", async () => {
    await using file = await fileWithImage(["first", "later"]);
    const { store, key } = file;
    const lock = file.lock();
    const start = performance.now();
    const first = store.removeTag(key, "first", allow).catch((error: unknown) => error);
    await sleep(1_500);
    const later = store.removeTag(key, "later", allow);
    const error = await first;
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(String(error)).toContain("SQLITE_BUSY");
    const waited = performance.now() - start;
    expect(waited).toBeGreaterThan(4_900);
    expect(waited).toBeLessThan(6_400);
    lock.release();
    expect(await later).toBe("removed");
    expect(file.tags()).toEqual(["first"]);
    expect(await store.removeTag(key, "first", allow)).toBe("removed");
  }, 15_000);
});

test("after close nothing is done any more, and every call says so", async () => {
  await using file = await fileWithImage(["one"]);
  const { store, key } = file;
  await store.close();
  await expect(store.removeTag(key, "one", allow)).rejects.toThrow();
  await expect(store.findImage(key)).rejects.toThrow();
  expect(file.tags()).toEqual(["one"]);
});

interface FileWithImage extends AsyncDisposable {
  readonly path: string;
  readonly store: ImageStore;
  readonly key: ImageKey;
  /** The live tags of the image as another program reads them. */
  readonly tags: () => string[];
  /** Takes the database's write lock as another program does. */
  readonly lock: () => { connection: Database.Database; release: () => void };
}

/** A file of its own, with one image that bears these tags. */
async function fileWithImage(tags: readonly string[]): Promise<FileWithImage> {
  const folder = temporaryFolder();
  const path = folder.at("test.db");
  const { store } = await openSqlite(path);
  const image = newImage({ id: randomUUID(), tags });
  await store.createImage(image);
  const locks: Database.Database[] = [];
  return {
    path,
    store,
    key: { imageId: image.id, projectId: "alpha" },
    tags: () => tagsInFile(path, image.id),
    lock() {
      const connection = new Database(path);
      locks.push(connection);
      connection.exec("BEGIN IMMEDIATE");
      return { connection, release: () => void connection.exec("COMMIT") };
    },
    async [Symbol.asyncDispose]() {
      for (const connection of locks) connection.close();
      await store.close();
      folder[Symbol.dispose]();
    },
  };
}

/** Makes the database itself refuse every change of a tag. */
function refuseTag(path: string, tag: string, how: string): void {
  const database = new Database(path);
  database.exec(
    `CREATE TRIGGER refuse BEFORE UPDATE ON image_tags WHEN old.value = '${tag}'
     BEGIN SELECT RAISE(${how}, 'the tag is ${tag}'); END`,
  );
  database.close();
}
