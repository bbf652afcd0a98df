import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { newImage, tagsInFile } from "../../testing/make-image.ts";
import { StoreOverloaded, type Permit } from "../../images/model/image-store.ts";
import type { PreauthorizedRemoval } from "../sql/removal/preauthorized-removal.ts";
import { toSqlTime } from "../sql/sql-time.ts";
import { openSqlite } from "./open.ts";

const TAGS = Array.from({ length: 12 }, (_, index) => `tag-${index}`);
const NOW = new Date("2031-12-31T12:00:00.000Z");

const REFUSED = new Error("refused");

/** Permits what it says to be preauthorized, and refuses all else. */
function permit(preauthorized: "any" | "own"): Permit {
  const asked = ({ owner }: { owner: string | null }) =>
    preauthorized === "any" || owner === "alpha" ? undefined : REFUSED;
  return Object.assign(asked, { preauthorized });
}

describe("a preauthorized removal", () => {
  test("of an image of one's own removes a tag once, whoever asks for it at the same time", async () => {
    await using file = await fileWith({ tags: ["x", "y"] });
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, index) => file.remove(index % 2 === 0 ? "x" : "y", permit("own"))),
    );
    expect(outcomes.filter((outcome) => outcome === "removed")).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === "no-tag")).toHaveLength(62);
    expect(file.tags()).toEqual([]);
  });

  test.each(["alpha", "beta", null])("for every image is, of one owned by %j", async (owner) => {
    await using file = await fileWith({ owner, tags: ["x"] });
    expect(await file.remove("x", permit("any"))).toBe("removed");
    expect(await file.remove("x", permit("any"))).toBe("no-tag");
  });

  test.each(["beta", null])(
    "for one's own images is asked for, of one owned by %j, and may be refused",
    async (owner) => {
      await using file = await fileWith({ owner, tags: ["x"] });
      await expect(file.remove("x", permit("own"))).rejects.toBe(REFUSED);
      await expect(file.remove("never borne", permit("own"))).rejects.toBe(REFUSED);
      expect(file.tags()).toEqual(["x"]);
      const permitted = Object.assign(() => undefined, { preauthorized: "own" as const });
      expect(await file.remove("x", permitted)).toBe("removed");
    },
  );

  test("is for nobody's image where the caller has no project", async () => {
    await using file = await fileWith({ owner: null, tags: ["x"] });
    await expect(file.remove("x", permit("own"), { projectId: null })).rejects.toBe(REFUSED);
  });

  test("finds an image by its UUID in either case, and none by another", async () => {
    const imageId = randomUUID();
    await using file = await fileWith({ id: imageId, tags: ["x"] });
    expect(await file.remove("x", permit("own"), { imageId: imageId.toUpperCase() })).toBe("removed");
    expect(await file.remove("x", permit("own"), { imageId: randomUUID() })).toBe("no-image");
  });

  test("holds to the precondition", async () => {
    await using file = await fileWith({ tags: ["x"] });
    const failed = new Error("not in that state");
    await expect(file.remove("x", permit("own"), { precondition: () => failed })).rejects.toBe(failed);
    expect(file.tags()).toEqual(["x"]);
  });

  test("of what is no well-formed text finds no tag", async () => {
    await using file = await fileWith({ tags: ["\ufffd"] });
    expect(await file.remove("\ud800", permit("own"))).toBe("no-tag");
    expect(file.tags()).toEqual(["\ufffd"]);
  });
});

describe.concurrent("preauthorized removals of a file", () => {
  test("remove each tag once, and tell what they found of the others, in their order", async () => {
    await using file = await databaseWith(["a", "b"]);
    const { without } = file;
    const removals = [
      without("a"),
      without("a"),
      { ...without("b"), owner: "beta" },
      { ...without("b"), owner: null },
      { ...without("b"), imageId: "absent" },
      without("never borne"),
    ];
    expect(await Promise.all(removals.map((removal) => file.database.removePreauthorized(removal)))).toEqual([
      "removed",
      "no-tag",
      "unknown",
      "removed",
      "unknown",
      "no-tag",
    ]);
    expect(file.tags()).toEqual([]);
    expect(file.updatedAt()).toBe(toSqlTime(NOW));
  });

  test("leave a deleted image alone, also where a careless writer left a live tag on it", async () => {
    await using file = await databaseWith(["a"]);
    file.write("UPDATE images SET deleted = 1");
    expect(await file.remove("a")).toBe("unknown");
    expect(file.tags()).toEqual(["a"]);
  });

  test.for([{ locked: false }, { locked: true }])(
    "are done in their turn among other changes ($locked)",
    async ({ locked }) => {
      const tags = Array.from({ length: 60 }, (_, index) => `tag-${index}`);
      await using file = await databaseWith(tags);
      const look = () =>
        file.database.change(function* () {
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
    await using file = await databaseWith(TAGS);
    file.write("BEGIN IMMEDIATE");
    const removals = TAGS.map((tag) => file.remove(tag));
    await sleep(100);
    file.write("COMMIT");
    expect(await Promise.all(removals)).toEqual(TAGS.map(() => "removed"));
  });

  test("do not fail because the database refuses one of them", async () => {
    await using file = await databaseWith([...TAGS, "poison"]);
    file.write(
      `CREATE TRIGGER refuse BEFORE UPDATE ON image_tags WHEN old.value = 'poison'
       BEGIN SELECT RAISE(ABORT, 'the tag is poison'); END`,
    );
    const [poison, ...others] = await Promise.allSettled(["poison", ...TAGS].map((tag) => file.remove(tag)));
    expect(poison).toMatchObject({ status: "rejected", reason: { message: "the tag is poison" } });
    expect(others).toEqual(TAGS.map(() => ({ status: "fulfilled", value: "removed" })));
    expect(file.tags()).toEqual(["poison"]);
  });

  test("are refused beyond a thousand, which holds until those that wait are answered", async () => {
    await using file = await databaseWith(["a"]);
    file.write("BEGIN IMMEDIATE");
    const waiting: Promise<string>[] = [];
    while (!file.database.overloaded()) waiting.push(file.remove("a"));
    expect(waiting).toHaveLength(1_000);
    await expect(file.remove("a")).rejects.toThrow(StoreOverloaded);
    await sleep(50);
    await expect(file.remove("a")).rejects.toThrow(StoreOverloaded);
    file.write("COMMIT");
    const outcomes = await Promise.all(waiting);
    expect(outcomes.filter((outcome) => outcome === "removed")).toHaveLength(1);
    expect(file.database.overloaded()).toBe(false);
    expect(await file.remove("a")).toBe("no-tag");
  });
});

/** A file of its own with one image of project alpha, and its database below the store. */
async function databaseWith(tags: readonly string[]) {
  const folder = temporaryFolder();
  const path = folder.at("test.db");
  const { store, database } = await openSqlite(path, { clock: () => NOW });
  const image = newImage({ tags });
  await store.createImage(image);
  const other = new Database(path);
  other.exec("UPDATE images SET updated_at = '2000-01-01 00:00:00.000000'");
  const without = (tag: string): PreauthorizedRemoval => ({ imageId: image.id, tag, owner: "alpha" });
  return {
    database,
    without,
    remove: (tag: string) => database.removePreauthorized(without(tag)),
    tags: () => tagsInFile(path, image.id),
    updatedAt: () => other.prepare("SELECT updated_at FROM images").pluck().get(),
    /** Does as another process does. */
    write: (sql: string) => void other.exec(sql),
    async [Symbol.asyncDispose]() {
      other.close();
      await store.close();
      folder[Symbol.dispose]();
    },
  };
}

/** A file of its own with one image, and removals from that image that project alpha asks for. */
async function fileWith(said: Parameters<typeof newImage>[0]) {
  const folder = temporaryFolder();
  const path = folder.at("test.db");
  const { store } = await openSqlite(path);
  const image = newImage(said);
  await store.createImage(image);
  return {
    remove: (tag: string, permitted: Permit, key: object = {}) =>
      store.removeTag({ imageId: image.id, projectId: "alpha", ...key }, tag, permitted),
    tags: () => tagsInFile(path, image.id),
    async [Symbol.asyncDispose]() {
      await store.close();
      folder[Symbol.dispose]();
    },
  };
}
