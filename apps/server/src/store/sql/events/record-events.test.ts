import { describe, expect, test } from "vitest";
import type { Caller } from "../../../identity/caller.ts";
import type { Actor } from "../../../images/model/actor.ts";
import type { ImageStore, Permit } from "../../../images/model/image-store.ts";
import type { TagEvent, TagEventWalk } from "../../../images/model/tag-event.ts";
import { describeOnDatabases } from "../../../testing/database-kinds.ts";
import { tagRow } from "../../../testing/image-rows.ts";
import { newImage } from "../../../testing/make-image.ts";

const CALLER: Caller = {
  userId: "alice",
  projectId: "alpha",
  roles: new Set(["reader", "member"]),
  delegation: { applicationCredentialId: "cred-1" },
};
const actor: Actor = { caller: CALLER, requestId: "req-7" };
const allow: Permit = () => undefined;
const own: Permit = Object.assign(() => undefined, { preauthorized: "own" as const });

/** All events that a walk finds, in steps, so that each goes on after the one before. */
async function walk(store: ImageStore, said: Partial<TagEventWalk>): Promise<TagEvent[]> {
  const events: TagEvent[] = [];
  for (let after = said.after; ; after = events.at(-1)?.id) {
    const part = await store.walkTagEvents({
      projectId: "alpha",
      withRecords: false,
      limit: 3,
      ...said,
      after,
    });
    events.push(...part.events.map(({ event }) => event));
    if (part.events.length < 3) return events;
  }
}

/** What a walk tells of tags, oldest first: `+a` when it was added, `-a` when it was removed. */
async function story(store: ImageStore, said: Partial<TagEventWalk>): Promise<string[]> {
  return (await walk(store, said))
    .map(({ action, tag }) => (action === "added" ? "+" : "-") + tag)
    .toReversed();
}

describeOnDatabases(
  "the events of tags on",
  (kind) => {
    test("are one for each change that was done, however it was asked for, and none for any other", async () => {
      await using db = await kind.open();
      const { store } = db;
      const image = newImage({ tags: ["made", "with"] });
      const key = { imageId: image.id, projectId: "alpha", actor };
      await store.createImage(image, undefined, actor);
      expect(await store.addTag(key, "a", 10, allow)).toBe("added");
      expect(await store.addTag(key, "a", 10, allow)).toBe("present");
      expect(await store.addTag(key, "over", 1, allow)).toMatchObject({ overQuota: 4 });
      expect(await store.removeTag(key, "a", allow)).toBe("removed");
      expect(await store.removeTag(key, "a", allow)).toBe("no-tag");
      expect(await store.removeTag(key, "made", own)).toBe("removed");
      expect(await store.removeTag(key, "made", own)).toBe("no-tag");
      // Not its owner's, so that it is a transaction.
      expect(await store.removeTag({ ...key, projectId: "beta" }, "with", own)).toBe("removed");
      await expect(store.addTag(key, "x", 10, () => new Error("no"))).rejects.toThrow("no");
      await store.replaceTags(key, new Set(["x", "y"]), allow);
      await store.replaceTags(key, new Set(["x", "y"]), allow);
      const edit = (tags: string[], name: string) => () => ({
        fields: { name },
        tags: new Set(tags),
        properties: new Map<string, string>(),
      });
      await store.updateImage(key, allow, edit(["y", "z"], "one"));
      await store.updateImage(key, allow, edit(["y", "z"], "two"));
      await store.deleteImage(key, allow);
      await store.deleteImage(key, allow);
      const told = await story(store, { imageId: image.id });
      // Those of one change are in no order of their own.
      const together = (from: number, to: number) => told.slice(from, to).toSorted();
      expect(together(0, 2)).toEqual(["+made", "+with"]);
      expect(told.slice(2, 6)).toEqual(["+a", "-a", "-made", "-with"]);
      expect(together(6, 8)).toEqual(["+x", "+y"]);
      expect(together(8, 10)).toEqual(["+z", "-x"]);
      expect(together(10, Infinity)).toEqual(["-y", "-z"]);
    });

    test("say who did it, in which request and by whose leave, of which image and when", async () => {
      const now = new Date("2031-01-01T00:00:01.234Z");
      await using db = await kind.open(() => now);
      const { store } = db;
      const image = newImage({ owner: "owners" });
      await store.createImage(image, undefined, actor);
      const trusted = {
        caller: { userId: "bob", projectId: null, roles: new Set<string>(), delegation: { trustId: "t" } },
      };
      await store.addTag({ imageId: image.id.toUpperCase(), projectId: "alpha", actor }, "日本", 10, allow);
      await store.removeTag(
        { imageId: image.id, projectId: null, actor: { ...trusted, requestId: "req-8" } },
        "日本",
        any,
      );
      await store.addTag({ imageId: image.id, projectId: null }, "nobody's", 10, allow);
      const [nobodys, removed, added] = await walk(store, { imageId: image.id });
      const common = { imageId: image.id, owner: "owners", tag: "日本" };
      expect(added).toMatchObject({
        ...common,
        action: "added",
        userId: "alice",
        projectId: "alpha",
        roles: ["member", "reader"],
        requestId: "req-7",
        applicationCredentialId: "cred-1",
        trustId: null,
      });
      expect(removed).toMatchObject({
        ...common,
        action: "removed",
        userId: "bob",
        projectId: null,
        roles: [],
        requestId: "req-8",
        applicationCredentialId: null,
        trustId: "t",
      });
      expect(nobodys).toMatchObject({ userId: null, projectId: null, roles: [], requestId: null });
      for (const event of [nobodys, removed, added])
        expect(Math.floor((event?.microseconds ?? 0) / 1_000)).toBe(now.getTime());
    });

    test("are in the order of the commits for one image, whatever the clocks of its writers say", async () => {
      let hours = 0;
      await using db = await kind.open(() => new Date(Date.UTC(2031, 0, 1, hours)));
      const { store } = db;
      const image = newImage();
      await store.createImage(image);
      const key = { imageId: image.id, projectId: "alpha", actor };
      const expected: string[] = [];
      for (const next of [5, 2, 2, 9, 0, 0, 7]) {
        hours = next;
        for (const tag of ["a", "b"]) {
          await store.addTag(key, tag, 10, allow);
          await store.removeTag(key, tag, own);
          expected.push(`+${tag}`, `-${tag}`);
        }
      }
      expect(await story(store, { imageId: image.id })).toEqual(expected);
      const ids = (await walk(store, { imageId: image.id })).map(({ id }) => id);
      expect(ids.toSorted().toReversed()).toEqual(ids);
      expect(new Set(ids).size).toBe(expected.length);
    });

    test("are one for each of many removals at once, from two processes, in the order of what became of each tag", async () => {
      await using db = await kind.open();
      const other = await db.openAnother();
      const image = newImage({ tags: Array.from({ length: 30 }, (_, index) => `t-${index}`) });
      await db.store.createImage(image);
      const key = { imageId: image.id, projectId: "alpha", actor };
      const outcomes = await Promise.all(
        image.tags.flatMap((tag, index) => [
          db.store.removeTag(key, tag, own),
          other.removeTag(key, tag, own),
          ...(index % 3 === 0 ? [other.addTag(key, tag, 100, allow), db.store.removeTag(key, tag, own)] : []),
        ]),
      );
      const told = await walk(db.store, { imageId: image.id });
      const count = (action: string) => told.filter((event) => event.action === action).length;
      expect(count("removed")).toBe(outcomes.filter((outcome) => outcome === "removed").length);
      expect(count("added")).toBe(30 + outcomes.filter((outcome) => outcome === "added").length);
      const left = new Set((await db.store.findImage(key))?.image.tags);
      for (const tag of image.tags) {
        const ofTag = told.filter((event) => event.tag === tag).toReversed();
        expect(ofTag.map(({ action }) => action)).toEqual(
          ofTag.map((_, index) => (index % 2 === 0 ? "added" : "removed")),
        );
        expect(ofTag.at(-1)?.action).toBe(left.has(tag) ? "added" : "removed");
      }
    });

    test("are undone once, while nothing of the tag was changed since", async () => {
      await using db = await kind.open();
      const { store } = db;
      const image = newImage({ tags: ["a", "b"] });
      const key = { imageId: image.id, projectId: "alpha", actor };
      await store.createImage(image, undefined, actor);
      await store.removeTag(key, "a", own);
      const newest = async (tag: string) => {
        const [event] = await walk(store, { imageId: image.id, tag });
        if (event === undefined) throw new Error("There is no event.");
        return event;
      };
      const undo = (event: TagEvent, quota = 10, permit = allow) =>
        store.undoTagEvent(key, event, quota, permit);
      const removed = await newest("a");
      await expect(undo(removed, 10, () => new Error("no"))).rejects.toThrow("no");
      expect(await undo(removed, 1)).toEqual({ overQuota: 2 });
      expect(await Promise.all([undo(removed), undo(removed), undo(removed)])).toEqual(
        expect.arrayContaining(["undone", "changed", "changed"]),
      );
      expect(await undo(await newest("b"))).toBe("undone");
      expect((await store.findImage(key))?.image.tags).toEqual(["a"]);
      // What was undone is undone by its own event.
      expect(await undo(await newest("a"))).toBe("undone");
      expect(await undo(removed)).toBe("changed");
      expect(await story(store, { imageId: image.id, tag: "a" })).toEqual(["+a", "-a", "+a", "-a"]);
      expect((await newest("a")).requestId).toBe("req-7");

      // By one who writes no events.
      await db.insert("image_tags", tagRow(image.id, "a"));
      expect(await undo(await newest("a"))).toBe("changed");
      await store.deleteImage(key, allow);
      expect(await undo(await newest("b"))).toBe("no-image");
    });

    test("are found by image, tag and time, newest first", async () => {
      let seconds = 0;
      await using db = await kind.open(() => new Date(Date.UTC(2031, 0, 1) + seconds * 1_000));
      const { store } = db;
      const images = [newImage(), newImage()];
      for (const image of images) await store.createImage(image);
      for (seconds = 1; seconds <= 6; seconds += 1) {
        const imageId = images[seconds % 2]?.id ?? "";
        await store.addTag({ imageId, projectId: "alpha" }, `tag-${seconds % 3}`, 10, allow);
      }
      const at = (second: number) => (Date.UTC(2031, 0, 1) + second * 1_000) * 1_000;
      expect(await story(store, {})).toEqual(["+tag-1", "+tag-2", "+tag-0", "+tag-1", "+tag-2", "+tag-0"]);
      expect(await story(store, { imageId: images[1]?.id })).toEqual(["+tag-1", "+tag-0", "+tag-2"]);
      expect(await story(store, { tag: "tag-2" })).toEqual(["+tag-2", "+tag-2"]);
      expect(await story(store, { imageId: images[1]?.id, tag: "tag-2" })).toEqual(["+tag-2"]);
      expect(await story(store, { since: at(3), until: at(5) })).toEqual(["+tag-0", "+tag-1"]);
      expect(await story(store, { tag: "TAG-2" })).toEqual([]);
      expect(await story(store, { tag: "\uD800" })).toEqual([]);
    });
  },
  (kind) => !kind.hasGlancesImages,
);

const any: Permit = Object.assign(() => undefined, { preauthorized: "any" as const });

describeOnDatabases(
  "what Glance's rows tell of tags on",
  (kind) => {
    describe("where there is no table of events", () => {
      test("is when each came and went, newest first, and goes on after each of them", async () => {
        let seconds = 0;
        await using db = await kind.open(() => new Date(Date.UTC(2041, 0, 1) + seconds * 1_000));
        const { store } = db;
        const image = newImage({ tags: ["a"] });
        const key = { imageId: image.id, projectId: "alpha", actor };
        await store.createImage(image);
        seconds = 1;
        await store.removeTag(key, "a", own);
        await store.addTag(key, "b", 10, allow);
        await store.addTag(key, "a", 10, allow);
        seconds = 2;
        await store.deleteImage(key, allow);
        const told = await walk(store, { imageId: image.id });
        expect(told.map(({ tag, action }) => `${action} ${tag}`)).toEqual([
          "removed a",
          "removed b",
          "added a",
          "added b",
          "removed a",
          "added a",
        ]);
        expect(new Set(told.map(({ id }) => id)).size).toBe(6);
        expect(told[0]).toMatchObject({ owner: "alpha", userId: null, roles: [], requestId: null });
        expect(await story(store, { tag: "b", since: Date.UTC(2041, 0, 1) * 1_000 })).toEqual(["+b", "-b"]);
        const part = await store.walkTagEvents({ limit: 1, projectId: null, withRecords: true });
        expect(part.source).toBe("glance");
      });
    });
  },
  (kind) => kind.hasGlancesImages,
);
