import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { changesBetween } from "@imagetags/testing/databases/table-dump";
import { expect, test } from "vitest";
import { describeOnDatabases, heldTime } from "../../../testing/database-kinds.ts";
import { tagRow } from "../../../testing/image-rows.ts";
import { newImage } from "../../../testing/make-image.ts";
import { openServerStore } from "../../../testing/open-server-store.ts";
import type { NewImage } from "../../../images/model/image-record.ts";
import type { ImageKey, ImageStore, Permit } from "../../../images/model/image-store.ts";

const MANY = 32;
const refusal = new Error("not yours");
/** A member's: permitted on the images of the project `alpha`. */
const own: Permit = Object.assign(
  ({ owner }: { owner: string | null }) => (owner === "alpha" ? undefined : refusal),
  { preauthorized: "own" as const },
);
/** An administrator's. */
const any: Permit = Object.assign(() => undefined, { preauthorized: "any" as const });

describeOnDatabases("preauthorized removals that come at once, on", (kind) => {
  const { open } = kind;
  test("of those of one tag, through two open stores, one is done", async () => {
    await using db = await open();
    const stores = [db.store, await db.openAnother()];
    const tags = Array.from({ length: MANY }, (_, index) => `tag-${index}`);
    const keys = await Promise.all([1, 2, 3].map(() => imageWith(db.store, tags)));
    const asked = keys.flatMap((key) => tags.map((tag) => ({ key, tag })));
    const outcomes = await Promise.all(
      asked.map(({ key, tag }) =>
        Promise.all([...stores, ...stores].map((store) => store.removeTag(key, tag, own))),
      ),
    );
    for (const outcome of outcomes)
      expect(outcome.toSorted()).toEqual(["no-tag", "no-tag", "no-tag", "removed"]);
  });

  test("each has its own outcome", async () => {
    let now = "2031-01-01T00:00:00.000Z";
    await using db = await open(() => new Date(now));
    const mine = await imageWith(db.store, ["a", "b", "stays"]);
    // Where the column folds, no server of ours puts it beside "b", but others may have.
    await db.insert("image_tags", tagRow(mine.imageId, "B"));
    const theirs = await imageWith(db.store, ["a", "b"], { owner: "beta", visibility: "public" });
    const gone = { imageId: randomUUID(), projectId: "alpha" };
    const inCapitals = { ...mine, imageId: mine.imageId.toUpperCase() };
    const before = await db.dump();
    now = "2031-01-01T00:00:01.234Z";
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: MANY }, () => db.store.removeTag(gone, "a", own)),
      db.store.removeTag(mine, "a", own),
      db.store.removeTag(mine, "A", own),
      db.store.removeTag(mine, "B", own),
      db.store.removeTag(mine, "c", own),
      db.store.removeTag(inCapitals, "b", own),
      db.store.removeTag(theirs, "a", own),
      db.store.removeTag(theirs, "b", any),
      db.store.removeTag({ ...mine, imageId: "no UUID" }, "a", own),
    ]);
    expect(outcomes.slice(MANY).map((one) => (one.status === "fulfilled" ? one.value : one.reason))).toEqual([
      "removed",
      "no-tag",
      "removed",
      "no-tag",
      "removed",
      refusal,
      "removed",
      "no-image",
    ]);
    expect(new Set(outcomes.slice(0, MANY).map((one) => one.status === "fulfilled" && one.value))).toEqual(
      new Set(["no-image"]),
    );
    const time = heldTime(kind, "2031-01-01 00:00:01.234000");
    const changes = changesBetween(before, await db.dump());
    const removed = { deleted: 1, deleted_at: time, updated_at: time };
    const columns = ["deleted", "deleted_at", "updated_at"];
    expect(changes).toHaveLength(6);
    for (const [{ imageId }, value] of [
      [mine, "a"],
      [mine, "B"],
      [mine, "b"],
      [theirs, "b"],
    ] as const) {
      const row = expect.objectContaining({ image_id: imageId, value, ...removed });
      expect(changes).toContainEqual({ table: "image_tags", row, change: columns });
    }
    for (const { imageId } of [mine, theirs]) {
      const row = expect.objectContaining({ id: imageId, updated_at: time });
      expect(changes).toContainEqual({ table: "images", row, change: ["updated_at"] });
    }
  });

  test("a tag in several rows is removed once, with all of them", async () => {
    await using db = await open();
    const keys = await Promise.all(Array.from({ length: MANY }, () => imageWith(db.store, ["stays"])));
    const time = "2031-01-01 00:00:00.000000";
    const row = { value: "twice", created_at: time, updated_at: time, deleted_at: null, deleted: 0 };
    const rows = keys.flatMap(({ imageId }) => [1, 2].map(() => ({ image_id: imageId, ...row })));
    // Our own tables allow no second row.
    const isDoubled = kind.hasGlancesImages;
    await db.insert("image_tags", ...(isDoubled ? rows : rows.filter((_, index) => index % 2 === 0)));
    const outcomes = await Promise.all(
      keys.map((key) => Promise.all([1, 2].map(() => db.store.removeTag(key, "twice", own)))),
    );
    for (const outcome of outcomes) expect(outcome.toSorted()).toEqual(["no-tag", "removed"]);
    for (const key of keys) expect((await db.store.findImage(key))?.image.tags).toEqual(["stays"]);
  });
});

describeOnDatabases(
  "an image that another transaction has locked, on",
  (kind) => {
    test("is waited for by its own removals alone", async () => {
      const limits = { poolSize: 8, connectTimeout: 10_000, statementTimeout: 10_000 };
      await using opened = await openServerStore(kind, limits);
      const { database, store } = opened;
      const locked = await imageWith(store, ["a", "b", "c"]);
      const others = await Promise.all(Array.from({ length: MANY }, () => imageWith(store, ["a"])));
      const unlock = await database.lockImage(locked.imageId);
      let isOver = false;
      const waiting = ["a", "b", "c"].map((tag) => store.removeTag(locked, tag, own));
      void Promise.race(waiting).then(() => (isOver = true));
      const outcomes = await Promise.all(others.map((key) => store.removeTag(key, "a", own)));
      expect(new Set(outcomes)).toEqual(new Set(["removed"]));
      await sleep(50);
      expect(isOver).toBe(false);
      await unlock();
      expect(await Promise.all(waiting)).toEqual(["removed", "removed", "removed"]);
    });
  },
  ({ isServer }) => isServer,
);

async function imageWith(store: ImageStore, tags: string[], said: Partial<NewImage> = {}): Promise<ImageKey> {
  const image = newImage({ tags, ...said });
  await store.createImage(image);
  return { imageId: image.id, projectId: "alpha" };
}
