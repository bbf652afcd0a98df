import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Actor } from "../../images/model/actor.ts";
import type { Permit } from "../../images/model/image-store.ts";
import type { Outbox } from "../../images/model/outbox.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { newImage } from "../../testing/make-image.ts";
import { ALL_DELIVERIES, openWithOutbox } from "../../testing/open-with-outbox.ts";
import { manyTagsChange } from "../../testing/many-tags-change.ts";
import { purgeEvents } from "../purge/purge-events.ts";

const allow: Permit = () => undefined;
const own: Permit = Object.assign(() => undefined, { preauthorized: "own" as const });
const actor: Actor = {
  caller: { userId: "alice", projectId: "alpha", roles: new Set(["member"]) },
  requestId: "req-7",
};
/** What waits for a destination, in its order: `+a` where a tag was added, `-a` where it was removed. */
async function waiting(outbox: Outbox, destination: string, query = ALL_DELIVERIES): Promise<string[]> {
  const found = await outbox.waiting(destination, query);
  return found.map(({ event }) => (event.action === "added" ? "+" : "-") + event.tag);
}

describeOnDatabases(
  "the outbox on",
  (kind) => {
    test("has every event of a change for each destination, in the order of the image, and none of what was not done", async () => {
      await using db = await openWithOutbox(kind, ["one", "two"]);
      const { store, outbox } = db;
      const image = newImage({ tags: ["a"] });
      const key = { imageId: image.id, projectId: "alpha", actor };
      await store.createImage(image, undefined, actor);
      await store.addTag(key, "b", 10, allow);
      await store.addTag(key, "b", 10, allow);
      await store.addTag(key, "over", 1, allow);
      await expect(store.addTag(key, "x", 10, () => new Error("no"))).rejects.toThrow("no");
      expect(await store.removeTag(key, "a", own)).toBe("removed");
      expect(await store.removeTag(key, "a", own)).toBe("no-tag");
      expect(await store.removeTag(key, "b", allow)).toBe("removed");
      await store.replaceTags(key, new Set(["c", "d"]), allow);
      expect(await store.removeTag({ ...key, imageId: image.id.toUpperCase() }, "d", own)).toBe("removed");
      await store.deleteImage(key, allow);
      const told = await waiting(outbox, "one");
      expect([...told.slice(0, 4), ...told.slice(4, 6).toSorted(), ...told.slice(6)]).toEqual(
        "+a +b -a -b +c +d -d -c".split(" "),
      );
      expect(await waiting(outbox, "two")).toEqual(told);
      const [first] = await outbox.waiting("one", ALL_DELIVERIES);
      expect(first).toMatchObject({
        event: { imageId: image.id, userId: "alice", projectId: "alpha", requestId: "req-7" },
        attempts: 0,
        dueIn: 0,
      });
    });

    test("has each of removals that are done together, once", async () => {
      await using db = await openWithOutbox(kind, ["one"]);
      const { store, outbox } = db;
      const tags = Array.from({ length: 20 }, (_, index) => `t${index}`);
      const images = [newImage({ tags }), newImage({ tags })];
      for (const image of images) await store.createImage(image);
      const made = await outbox.waiting("one", ALL_DELIVERIES);
      await outbox.sent(
        "one",
        made.map(({ event }) => event.id),
      );
      await Promise.all(
        images.flatMap(({ id }) =>
          tags.flatMap((tag) =>
            [1, 2].map(() => store.removeTag({ imageId: id, projectId: "alpha", actor }, tag, own)),
          ),
        ),
      );
      const found = await outbox.waiting("one", ALL_DELIVERIES);
      for (const { id } of images) {
        const ofImage = found.filter(({ event }) => event.imageId === id).map(({ event }) => event.tag);
        expect(ofImage.toSorted()).toEqual(tags.toSorted());
      }
      expect(found).toHaveLength(2 * tags.length);
    });

    test("has every event there is, whichever way tags were changed, of several images at once too", async () => {
      await using db = await openWithOutbox(kind, ["one"]);
      const { store, outbox } = db;
      const [first, second] = [newImage({ tags: ["a", "b"] }), newImage({ tags: ["a"] })];
      for (const image of [first, second]) await store.createImage(image, undefined, actor);
      const key = (image: { readonly id: string }) => ({ imageId: image.id, projectId: "alpha", actor });
      const move = { tag: "b", to: key(second), from: undefined, quota: 10 };
      expect(await store.moveTag({ ...move, mayAdd: allow, mayRemove: () => allow })).toMatchObject({
        outcome: "moved",
      });
      const change = manyTagsChange([first.id, second.id], { remove: ["a"], add: ["c"] });
      expect(await store.changeManyTags(change, () => undefined)).toHaveLength(2);
      const all = { limit: 100, projectId: "alpha", withRecords: false };
      const [newest] = (await store.walkTagEvents(all)).events;
      if (newest === undefined) throw new Error("There is no event.");
      const { event } = newest;
      expect(await store.undoTagEvent({ ...key(first), imageId: event.imageId }, event, 10, allow)).toBe(
        "undone",
      );
      const edit = () => ({ fields: {}, tags: new Set(["x"]), properties: new Map<string, string>() });
      await store.updateImage(key(first), allow, edit);
      const { events } = await store.walkTagEvents(all);
      const left = await outbox.waiting("one", ALL_DELIVERIES);
      expect(left.map((one) => one.event)).toEqual(events.map((one) => one.event).toReversed());
      expect(left.length).toBeGreaterThan(10);
    });

    test("gets nothing where nothing is set", async () => {
      await using db = await openWithOutbox(kind, []);
      const image = newImage({ tags: ["a"] });
      await db.store.createImage(image);
      await db.store.removeTag({ imageId: image.id, projectId: "alpha" }, "a", own);
      expect(await db.outbox.backlog(["one"])).toEqual([{ destination: "one", waiting: 0, oldest: null }]);
    });

    test("leaves out what was sent, what is given up and images that wait, and puts off what failed", async () => {
      await using db = await openWithOutbox(kind, ["one", "two"]);
      const { store, outbox } = db;
      const images = [newImage({ tags: ["a", "b"] }), newImage({ tags: ["c"] })];
      for (const image of images) await store.createImage(image);
      const all = await outbox.waiting("one", ALL_DELIVERIES);
      const [a, , c] = all;
      if (a === undefined || c === undefined) throw new Error("Events are missing.");
      await outbox.sent("one", [a.event.id]);
      expect(await waiting(outbox, "one")).toEqual(["+b", "+c"]);
      expect(await waiting(outbox, "one", { limit: 1, without: new Set() })).toEqual(["+b"]);
      expect(await waiting(outbox, "one", { limit: 9, without: new Set([a.event.imageId]) })).toEqual(["+c"]);
      await outbox.postpone("one", c.event.id, { attempts: 3, error: "é\n\u{1F600}".repeat(200) }, 60_000);
      const put = (await outbox.waiting("one", ALL_DELIVERIES)).find(({ event }) => event.id === c.event.id);
      expect(put?.attempts).toBe(3);
      expect(put?.dueIn).toBeGreaterThan(30_000);
      expect(put?.dueIn).toBeLessThanOrEqual(60_000);
      await outbox.giveUp("one", [{ id: c.event.id, attempts: 4 }], "no");
      await outbox.giveUp("one", [{ id: c.event.id, attempts: 4 }], "no");
      expect(await waiting(outbox, "one")).toEqual(["+b"]);
      expect(await outbox.backlog(["one", "two"])).toEqual([
        { destination: "one", waiting: 1, oldest: all[1]?.event.microseconds },
        { destination: "two", waiting: 3, oldest: a.event.microseconds },
      ]);
    });

    test("finds images as they are, deleted ones and none", async () => {
      await using db = await openWithOutbox(kind, ["one"]);
      const { store, outbox } = db;
      const live = newImage({ tags: ["b", "a"], properties: new Map([["os", "x"]]) });
      const gone = newImage({ tags: ["c"] });
      for (const image of [live, gone]) await store.createImage(image);
      await store.deleteImage({ imageId: gone.id, projectId: "alpha" }, allow);
      const found = await outbox.findImages([live.id, gone.id, randomUUID()]);
      expect(found.size).toBe(2);
      expect(found.get(live.id)).toMatchObject({ image: { tags: ["a", "b"] }, deletedAt: null });
      expect(found.get(gone.id)).toMatchObject({ image: { tags: [], status: "deleted" } });
      expect(found.get(gone.id)?.deletedAt).toBeInstanceOf(Date);
    });

    test("lets one holder have the lease, and another when it is over or let go", async () => {
      await using db = await openWithOutbox(kind, []);
      const { outbox } = db;
      expect(await outbox.takeLease("sending", "a", 60_000)).toBe(true);
      expect(await outbox.takeLease("sending", "b", 60_000)).toBe(false);
      expect(await outbox.takeLease("other", "b", 60_000)).toBe(true);
      expect(await outbox.takeLease("sending", "a", 1)).toBe(true);
      await sleep(20);
      expect(await outbox.takeLease("sending", "b", 60_000)).toBe(true);
      await outbox.endLease("sending", "a");
      expect(await outbox.takeLease("sending", "a", 60_000)).toBe(false);
      await outbox.endLease("sending", "b");
      expect(await outbox.takeLease("sending", "a", 60_000)).toBe(true);
    });

    test("keeps events from being purged that wait, and lets go of those that were given up", async () => {
      let day = 1;
      await using db = await openWithOutbox(kind, ["one"], () => new Date(Date.UTC(2031, 0, day)));
      const { store, outbox, database } = db;
      const image = newImage();
      await store.createImage(image);
      const key = { imageId: image.id, projectId: "alpha" };
      for (day = 2; day <= 6; day += 1) await store.addTag(key, `day-${day}`, 10, allow);
      const [second, third] = await outbox.waiting("one", ALL_DELIVERIES);
      if (second === undefined || third === undefined) throw new Error("Events are missing.");
      await outbox.giveUp("one", [{ id: second.event.id, attempts: 1 }], "no");
      const purge = async (): Promise<number> => {
        let removed = 0;
        const before = new Date(Date.UTC(2031, 0, 5));
        const { signal } = new AbortController();
        await purgeEvents(database, { before, signal, dryRun: false, report: (rows) => (removed = rows) });
        return removed;
      };
      expect(await purge()).toBe(1);
      await outbox.sent("one", [third.event.id]);
      expect(await purge()).toBe(1);
      expect(await waiting(outbox, "one")).toEqual(["+day-4", "+day-5", "+day-6"]);
    });
  },
  (kind) => !kind.hasGlancesImages,
);
