import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { newImage, tagsInFile } from "../../testing/make-image.ts";
import type { CertainRemoval } from "../sql/removal/preauthorized-removal.ts";
import { StoreOverloaded, StoreUnavailable } from "../../images/model/image-store.ts";
import { toSqlTime } from "../sql/sql-time.ts";
import { compileRemoval } from "./batch-removal.ts";
import { setUpConnection } from "./set-up-connection.ts";
import { GroupCommit } from "./group-commit.ts";
import { openSqlite } from "./open.ts";
import { RemovalThread } from "./removal-thread.ts";
import { SqliteConnection } from "./session.ts";

const TAGS = Array.from({ length: 12 }, (_, index) => `tag-${index}`);
/** Later than any image here was made: `updated_at` only moves forward. */
const NOW = "2999-12-31 12:00:00.000000";

describe.concurrent("a thread that removes tags", () => {
  test("removes each tag once, and tells what it found of the others", async () => {
    await using file = await fileWithThread(["a", "b"]);
    const { image, thread } = file;
    const removals = [
      image.without("a"),
      image.without("a"),
      { ...image.without("b"), owner: "beta" },
      { ...image.without("b"), owner: null },
      { ...image.without("b"), imageId: "absent" },
      image.without("never borne"),
    ];
    expect(await thread.perform({ removals, now: NOW })).toEqual([
      "removed",
      "no-tag",
      "unknown",
      "removed",
      "unknown",
      "no-tag",
    ]);
    expect(file.tags()).toEqual([]);
    expect(file.updatedAt()).toBe(NOW);
  });

  test("leaves a deleted image alone, also where a careless writer left a live tag on it", async () => {
    await using file = await fileWithThread(["a"]);
    file.write("UPDATE images SET deleted = 1");
    const attempts = await file.thread.perform({ removals: [file.image.without("a")], now: NOW });
    expect(attempts).toEqual(["unknown"]);
    expect(file.tags()).toEqual(["a"]);
  });

  test("does nothing while another process has the lock", async () => {
    await using file = await fileWithThread(["a"]);
    const group = { removals: [file.image.without("a")], now: NOW };
    file.write("BEGIN IMMEDIATE");
    expect(await file.thread.perform(group)).toBeUndefined();
    file.write("COMMIT");
    expect(await file.thread.perform(group)).toEqual(["removed"]);
  });

  test("does groups that gather while it works in their order, and answers each by itself", async () => {
    await using file = await fileWithThread(TAGS);
    const groups = [TAGS.slice(0, 2), TAGS.slice(1, 5), [], TAGS.slice(0, 1)].map((tags) => ({
      removals: tags.map((tag) => file.image.without(tag)),
      now: NOW,
    }));
    expect(await Promise.all(groups.map((group) => file.thread.perform(group)))).toEqual([
      ["removed", "removed"],
      ["no-tag", "removed", "removed", "removed"],
      [],
      ["no-tag"],
    ]);
  });

  test("does nothing of a group of which the database refuses one", async () => {
    await using file = await fileWithThread(["a", "poison"]);
    file.refuse("poison");
    const removals = [file.image.without("a"), file.image.without("poison")];
    expect(await file.thread.perform({ removals, now: NOW })).toBeUndefined();
    expect(file.tags()).toEqual(["a", "poison"]);
  });

  test("that ends in the middle of a group leaves open what became of it, and stays ended", async () => {
    await using file = await fileWithThread(["a"]);
    await expect(file.thread.perform(null as never)).rejects.toThrow(StoreUnavailable);
    expect(file.thread.available()).toBe(false);
    // All is done without it from then on.
    expect(await Promise.all(TAGS.map((tag) => file.remove(tag)))).toEqual(TAGS.map(() => "no-tag"));
    expect(await file.remove("a")).toBe("removed");
  });

  test("that cannot start is done without", async () => {
    const thread = new RemovalThread("/nowhere/at/all.db");
    for (let wait = 0; wait < 20; wait += 1) {
      expect(thread.available()).toBe(false);
      await sleep(20);
    }
    await thread.close();
  });
});

describe.concurrent("removals that are certain", () => {
  test.for([{ locked: false }, { locked: true }])(
    "are done in their turn among other changes, also in several groups ($locked)",
    async ({ locked }) => {
      const tags = Array.from({ length: 60 }, (_, index) => `tag-${index}`);
      await using file = await fileWithThread(tags);
      const look = () =>
        file.commits.submit(function* () {
          const sql = "SELECT count(*) AS tags FROM image_tags WHERE NOT deleted";
          return (yield { sql, parameters: [] }).rows[0];
        });
      if (locked) file.write("BEGIN IMMEDIATE");
      const first = tags.slice(0, 40).map((tag) => file.remove(tag));
      const between = look();
      const last = tags.slice(38).map((tag) => file.remove(tag));
      const after = look();
      if (locked) await sleep(50);
      if (locked) file.write("COMMIT");
      expect(await Promise.all(first)).toEqual(tags.slice(0, 40).map(() => "removed"));
      expect(await between).toEqual({ tags: 20 });
      expect(await Promise.all(last)).toEqual(["no-tag", "no-tag", ...tags.slice(40).map(() => "removed")]);
      expect(await after).toEqual({ tags: 0 });
    },
  );

  test("wait for another process that has the lock, and are done when it is free", async () => {
    await using file = await fileWithThread(TAGS);
    file.write("BEGIN IMMEDIATE");
    const removals = TAGS.map((tag) => file.remove(tag));
    await sleep(100);
    file.write("COMMIT");
    expect(await Promise.all(removals)).toEqual(TAGS.map(() => "removed"));
  });

  test("do not fail because the database refuses one of them", async () => {
    await using file = await fileWithThread([...TAGS, "poison"]);
    file.refuse("poison");
    const [poison, ...others] = await Promise.allSettled(["poison", ...TAGS].map((tag) => file.remove(tag)));
    expect(poison).toMatchObject({ status: "rejected", reason: { message: "the tag is poison" } });
    expect(others).toEqual(TAGS.map(() => ({ status: "fulfilled", value: "removed" })));
    expect(file.tags()).toEqual(["poison"]);
  });

  test("are refused beyond a bound, which holds until those that wait are answered", async () => {
    await using file = await fileWithThread(["a"]);
    file.write("BEGIN IMMEDIATE");
    const waiting: Promise<string>[] = [];
    while (!file.commits.full) waiting.push(file.remove("a"));
    await expect(file.remove("a")).rejects.toThrow(StoreOverloaded);
    await sleep(50);
    await expect(file.remove("a")).rejects.toThrow(StoreOverloaded);
    file.write("COMMIT");
    const outcomes = await Promise.all(waiting);
    expect(outcomes.filter((outcome) => outcome === "removed")).toHaveLength(1);
    expect(file.commits.full).toBe(false);
    expect(await file.remove("a")).toBe("no-tag");
  });
});

/** A file of its own with one image of project alpha, a thread that is ready, and what hands it removals. */
async function fileWithThread(tags: readonly string[]) {
  const folder = temporaryFolder();
  const path = folder.at("test.db");
  const { store } = await openSqlite(path);
  const { id: imageId } = await store.createImage(newImage({ id: randomUUID(), tags })).then((image) => {
    if (image === "id-taken") throw new Error("A new id was taken.");
    return image;
  });
  const database = new Database(path, { timeout: 0 });
  setUpConnection(database);
  const other = new Database(path);
  const connection = new SqliteConnection(database);
  const thread = new RemovalThread(path);
  while (!thread.available()) await sleep(5);
  const now = (): string => toSqlTime(new Date());
  const commits = new GroupCommit(connection, thread, now);
  const removal = compileRemoval();
  const without = (tag: string): CertainRemoval => ({ imageId, tag, owner: "alpha" });
  return {
    image: { without },
    thread,
    commits,
    remove: (tag: string) => commits.submitRemoval(without(tag), () => removal(without(tag), now())),
    tags: () => tagsInFile(path, imageId),
    updatedAt: () => other.prepare("SELECT updated_at FROM images").pluck().get(),
    /** Does as another process does. */
    write: (sql: string) => void other.exec(sql),
    /** Makes the database itself refuse the removal of a tag. */
    refuse: (tag: string) =>
      void other.exec(
        `CREATE TRIGGER refuse BEFORE UPDATE ON image_tags WHEN old.value = '${tag}'
         BEGIN SELECT RAISE(ABORT, 'the tag is ${tag}'); END`,
      ),
    async [Symbol.asyncDispose]() {
      await commits.drained();
      await thread.close();
      database.close();
      other.close();
      await store.close();
      folder[Symbol.dispose]();
    },
  };
}
