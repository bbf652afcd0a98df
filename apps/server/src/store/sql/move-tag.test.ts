import { changesBetween } from "@imagetags/testing/databases/table-dump";
import { expect, test } from "vitest";
import type { Caller } from "../../identity/caller.ts";
import type { NewImage } from "../../images/model/image-record.ts";
import type { ImageStore, Permit } from "../../images/model/image-store.ts";
import type { TagMove } from "../../images/model/tag-move.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { imageRow, tagRow } from "../../testing/image-rows.ts";
import { listed } from "../../testing/list-filter.ts";
import { newImage } from "../../testing/make-image.ts";

const ALICE: Caller = { userId: "alice", projectId: "alpha", roles: new Set(["member"]) };
const allow: Permit = () => undefined;
const keyOf = (imageId: string) => ({ imageId, projectId: "alpha" });

/** A move of the tag `live`, which everything permits unless the test says otherwise. */
function moveTo(
  to: string,
  { from, ...said }: Partial<Omit<TagMove, "from">> & { from?: string } = {},
): TagMove {
  return {
    tag: "live",
    to: keyOf(to),
    from: from === undefined ? undefined : keyOf(from),
    quota: 10,
    mayAdd: allow,
    mayRemove: () => allow,
    ...said,
  };
}

async function make(store: ImageStore, said: Partial<NewImage> = {}): Promise<string> {
  const image = newImage(said);
  await store.createImage(image);
  return image.id;
}

async function bearers(store: ImageStore, tag = "live"): Promise<string[]> {
  const images = await listed(store, { tags: { all: [tag] }, asAdmin: true, visibility: "all" });
  return images.map(({ id }) => id).toSorted();
}

describeOnDatabases("moving a tag, on", (kind) => {
  test("takes it from whichever images of the project bear it, and leaves other projects' and other tags", async () => {
    await using db = await kind.open();
    const { store } = db;
    const old = await make(store, { tags: ["live", "other", "x"] });
    const older = await make(store, { tags: ["live"] });
    const to = await make(store, { tags: ["x"] });
    const foreign = await make(store, { owner: "beta", tags: ["live"] });
    expect(await store.moveTag(moveTo(to))).toEqual({
      outcome: "moved",
      to,
      from: expect.toSatisfy((from: string[]) => from.toSorted().join() === [old, older].toSorted().join()),
    });
    expect(await bearers(store)).toEqual([to, foreign].toSorted());
    expect((await store.findImage(keyOf(old)))?.image.tags).toEqual(["other", "x"]);
    expect((await store.findImage(keyOf(to)))?.image.tags).toEqual(["live", "x"]);
    expect(await store.moveTag(moveTo(old.toUpperCase(), { from: to }))).toEqual({
      outcome: "moved",
      to: old,
      from: [to],
    });
    expect(await bearers(store)).toEqual([old, foreign].toSorted());
  });

  test("takes it from the others where the image bears it already, and then changes nothing", async () => {
    await using db = await kind.open();
    const { store } = db;
    const other = await make(store, { tags: ["live"] });
    const to = await make(store, { tags: ["live"] });
    expect(await store.moveTag(moveTo(to, { quota: 0 }))).toEqual({ outcome: "moved", to, from: [other] });
    const before = await db.dump();
    for (const move of [moveTo(to), moveTo(to, { from: to })])
      expect(await store.moveTag(move)).toEqual({ outcome: "moved", to, from: [] });
    expect(changesBetween(before, await db.dump())).toEqual([]);
  });

  test("does nothing where it is not as the caller knows it, or nothing is there to move", async () => {
    await using db = await kind.open();
    const { store } = db;
    const [from, other, to] = [await make(store, { tags: ["live"] }), await make(store), await make(store)];
    const foreign = await make(store, { owner: "beta", tags: ["elsewhere"] });
    const before = await db.dump();
    const none = newImage().id;
    const outcomes = [
      await store.moveTag(moveTo(to, { from: other })),
      await store.moveTag(moveTo(from, { from: to })),
      await store.moveTag(moveTo(to, { tag: "LIVE" })),
      await store.moveTag(moveTo(to, { tag: "elsewhere" })),
      await store.moveTag(moveTo(none)),
      await store.moveTag(moveTo(to, { from: none })),
      await store.moveTag(moveTo(to, { quota: 0 })),
      await store.moveTag(moveTo(to, { from: foreign })),
    ];
    expect(outcomes).toEqual([
      { outcome: "not-on-source" },
      { outcome: "not-on-source" },
      { outcome: "no-tag" },
      { outcome: "no-tag" },
      { outcome: "no-image", imageId: none },
      { outcome: "no-image", imageId: none },
      { outcome: "over-quota", overQuota: 1 },
      { outcome: "not-on-source" },
    ]);
    expect(changesBetween(before, await db.dump())).toEqual([]);
    await store.addTag(keyOf(other), "live", 10, allow);
    expect(await store.moveTag(moveTo(to, { from }))).toEqual({ outcome: "on-others", images: [other] });
    await store.addTag(keyOf(to), "live", 10, allow);
    expect(await store.moveTag(moveTo(to, { from }))).toMatchObject({ outcome: "on-others" });
    expect(await bearers(store)).toEqual([from, other, to].toSorted());
  });

  test("is refused whole where one of its images is", async () => {
    await using db = await kind.open();
    const { store } = db;
    const [one, two] = [await make(store, { tags: ["live"] }), await make(store, { tags: ["live"] })];
    const to = await make(store, { tags: ["Live"] });
    const before = await db.dump();
    const no: Permit = () => new Error("not this one");
    for (const refusing of [one, two]) {
      const mayRemove = (imageId: string) => (imageId === refusing ? no : allow);
      await expect(store.moveTag(moveTo(to, { mayRemove }))).rejects.toThrow("not this one");
    }
    await expect(store.moveTag(moveTo(to, { mayAdd: no }))).rejects.toThrow("not this one");
    if (kind.folds) await expect(store.moveTag(moveTo(to))).rejects.toThrow('the tag "Live"');
    expect(changesBetween(before, await db.dump())).toEqual([]);
  });

  test("of an image without an owner concerns that alone and the one that is named", async () => {
    await using db = await kind.open();
    const { store } = db;
    const [to, other] = [
      await make(store, { owner: null }),
      await make(store, { owner: null, tags: ["live"] }),
    ];
    const alphas = await make(store, { tags: ["live"] });
    expect(await store.moveTag(moveTo(to))).toEqual({ outcome: "no-tag" });
    expect(await store.moveTag(moveTo(to, { from: other }))).toEqual({ outcome: "moved", to, from: [other] });
    expect(await bearers(store)).toEqual([to, alphas].toSorted());
  });

  test("from more images than are moved at once does nothing", async () => {
    await using db = await kind.open();
    const { store } = db;
    const to = await make(store);
    const rows = Array.from({ length: 101 }, () => imageRow());
    await db.insert("images", ...rows);
    await db.insert("image_tags", ...rows.map(({ id }) => tagRow(id, "live")));
    expect(await store.moveTag(moveTo(to))).toEqual({ outcome: "too-many" });
    // It is the same everywhere, and takes long on servers.
    if (kind.isServer) return;
    await store.removeTag(keyOf(rows[0]?.id ?? ""), "live", allow);
    expect(await store.moveTag(moveTo(to))).toMatchObject({ outcome: "moved", from: { length: 100 } });
    expect(await bearers(store)).toEqual([to]);
  });

  test("to many images at once, over two stores, ends with one bearer: each finds what the one before left", async () => {
    await using db = await kind.open();
    const other = await db.openAnother();
    const first = await make(db.store, { tags: ["live"] });
    const images = [first, ...(await Promise.all(Array.from({ length: 7 }, () => make(db.store))))];
    const moves = await Promise.all(
      Array.from({ length: 32 }, (_, index) =>
        (index % 2 === 0 ? db.store : other).moveTag(moveTo(images[(index * 5) % images.length] ?? "")),
      ),
    );
    const trail = moves.flatMap((move) => {
      if (move.outcome !== "moved") throw new Error(`A move was ${move.outcome}.`);
      expect(move.from.length).toBeLessThan(2);
      return move.from.map((from) => ({ from, to: move.to }));
    });
    const [last, ...others] = await bearers(db.store);
    expect(others).toEqual([]);
    // Each image lost it as often as it gained it, but for the first and the last.
    for (const id of images) {
      const gained = trail.filter(({ to }) => to === id).length + (id === first ? 1 : 0);
      const lost = trail.filter(({ from }) => from === id).length + (id === last ? 1 : 0);
      expect(gained).toBe(lost);
    }
  });
});

describeOnDatabases(
  "the events of a move, on",
  (kind) => {
    test("are one for each image, of one request, and each can be undone by itself", async () => {
      await using db = await kind.open();
      const { store } = db;
      const from = await make(store, { tags: ["live"] });
      const to = await make(store);
      await store.moveTag({
        ...moveTo(to),
        to: { ...keyOf(to), actor: { caller: ALICE, requestId: "req-1" } },
      });
      const walk = { limit: 2, projectId: null, withRecords: false };
      const { events } = await store.walkTagEvents(walk);
      const told = events.map(({ event }) => event);
      expect(
        told.map(({ action, imageId, requestId, userId }) => [action, imageId, requestId, userId]),
      ).toEqual(
        expect.arrayContaining([
          ["removed", from, "req-1", "alice"],
          ["added", to, "req-1", "alice"],
        ]),
      );
      const added = told.find(({ action }) => action === "added");
      const removed = told.find(({ action }) => action === "removed");
      if (added === undefined || removed === undefined) throw new Error("An event is missing.");
      expect(await store.undoTagEvent(keyOf(from), removed, 10, allow)).toBe("undone");
      expect(await bearers(store)).toEqual([from, to].toSorted());
      expect(await store.undoTagEvent(keyOf(to), added, 10, allow)).toBe("undone");
      expect(await bearers(store)).toEqual([from]);
    });
  },
  (kind) => !kind.hasGlancesImages,
);

describeOnDatabases(
  "moving a tag that Glance stored twice, on",
  (kind) => {
    test("takes all of its rows", async () => {
      await using db = await kind.open();
      const from = await make(db.store, { tags: ["live"] });
      const to = await make(db.store);
      await db.insert("image_tags", tagRow(from, "live"));
      expect(await db.store.moveTag(moveTo(to))).toEqual({ outcome: "moved", to, from: [from] });
      expect(await bearers(db.store)).toEqual([to]);
    });
  },
  (kind) => kind.hasGlancesImages,
);
