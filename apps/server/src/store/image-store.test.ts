import { randomUUID } from "node:crypto";
import { changesBetween, type RowChange } from "@imagetags/testing/databases/table-dump";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StoreUnderTest } from "../testing/database-kind.ts";
import { describeOnDatabases, heldDate, heldTime, holdsText } from "../testing/database-kinds.ts";
import { collide, withoutCollisions } from "../testing/folded-text.ts";
import { tagRow } from "../testing/image-rows.ts";
import { listed } from "../testing/list-filter.ts";
import { newImage } from "../testing/make-image.ts";
import type {
  ImageAccess,
  ImageEdit,
  ImageFields,
  ImageRecord,
  NewImage,
} from "../images/model/image-record.ts";
import { UnstorableText, type ImageKey, type ImageStore, type Permit } from "../images/model/image-store.ts";

const allow: Permit = () => undefined;
const UNLIMITED = -1;
const collision = { reason: "colliding-tag" };

/** Different tags that a careless comparison takes for equal. */
const LOOKALIKES = [
  ["Prod", "prod"],
  ["\u00e9", "e\u0301"],
  ["\u00e9", "e"],
  ["a", "a "],
  ["a", " a"],
  ["\u00df", "ss"],
  ["\u0130", "i"],
  ["a\0b", "a\0c"],
  ["a\0", "a"],
  ["\0", "\0\0"],
  ["1", "01"],
  ["1", "1.0"],
  ["%", "_"],
  ["a\\", "a\\\\"],
  ["'", "''"],
  ["\ufeffa", "a"],
  ["a\u200db", "ab"],
  ["\uff41", "a"],
  ["null", "NULL"],
  ["😀", "😁"],
] as const;

describeOnDatabases("an image store on", (kind) => {
  const { open } = kind;
  const lookalikes = LOOKALIKES.filter((texts) => texts.every((text) => holdsText(kind, text)));
  describe("removes a tag once", () => {
    test("of 64 removals at once, one", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["miracle", "other"]);
      const outcomes = await Promise.all(
        Array.from({ length: 64 }, () => db.store.removeTag(key, "miracle", allow)),
      );
      expect(outcomes.toSorted()).toEqual([...Array(63).fill("no-tag"), "removed"]);
      expect(await tagsOf(db, key)).toEqual(["other"]);
    });

    test("of 64 removals at once through two open stores, one", async () => {
      await using db = await open();
      const another = await db.openAnother();
      const { key } = await imageWith(db, ["miracle", "other"]);
      const outcomes = await Promise.all(
        Array.from({ length: 64 }, (_, index) =>
          (index % 2 === 0 ? db.store : another).removeTag(key, "miracle", allow),
        ),
      );
      expect(outcomes.toSorted()).toEqual([...Array(63).fill("no-tag"), "removed"]);
      expect(await tagsOf(db, key)).toEqual(["other"]);
    });

    test("and once more each time it was added again", async () => {
      await using db = await open();
      const { key } = await imageWith(db, []);
      for (let round = 0; round < 3; round += 1) {
        expect(await db.store.addTag(key, "miracle", UNLIMITED, allow)).toBe("added");
        expect(await db.store.removeTag(key, "miracle", allow)).toBe("removed");
        expect(await db.store.removeTag(key, "miracle", allow)).toBe("no-tag");
      }
    });

    test("from this image only", async () => {
      await using db = await open();
      const one = await imageWith(db, ["miracle"]);
      const other = await imageWith(db, ["miracle"]);
      expect(await db.store.removeTag(one.key, "miracle", allow)).toBe("removed");
      expect(await tagsOf(db, other.key)).toEqual(["miracle"]);
    });

    test("64 different tags at once, each", async () => {
      await using db = await open();
      const tags = Array.from({ length: 64 }, (_, index) => `tag-${index}`);
      const { key } = await imageWith(db, [...tags, "stays"]);
      const outcomes = await Promise.all(tags.map((tag) => db.store.removeTag(key, tag, allow)));
      expect(new Set(outcomes)).toEqual(new Set(["removed"]));
      expect(await tagsOf(db, key)).toEqual(["stays"]);
    });
  });

  describe("compares tags exactly:", () => {
    const pairs = lookalikes.flatMap(([one, other]) => [
      [one, other],
      [other, one],
    ]);

    const shared = sharedBy(open);

    test.each(pairs)("%j is not %j", async (stored, asked) => {
      const db = shared();
      const { key } = await imageWith(db, [stored]);
      const id = key.imageId;
      expect(await db.store.removeTag(key, asked, allow)).toBe("no-tag");
      expect(await tagsOf(db, key)).toEqual([stored]);
      expect(await listedFor(db, [asked])).not.toContain(id);
      if (collide(kind, stored, asked)) {
        await expect(db.store.addTag(key, asked, UNLIMITED, allow)).rejects.toMatchObject(collision);
        expect(await tagsOf(db, key)).toEqual([stored]);
      } else {
        expect(await db.store.addTag(key, asked, UNLIMITED, allow)).toBe("added");
        expect(await tagsOf(db, key)).toEqual([stored, asked].toSorted());
        expect(await listedFor(db, [asked])).toContain(id);
      }
      expect(await db.store.replaceTags(key, new Set([asked]), allow)).toBe("replaced");
      expect(await tagsOf(db, key)).toEqual([asked]);
    });

    test("of all of these on one image a removal takes the one that was named", async () => {
      await using db = await open();
      const all = [...new Set(lookalikes.flat())];
      const { key } = await imageWith(db, []);
      await db.insert("image_tags", ...all.map((tag) => tagRow(key.imageId, tag)));
      const left = new Set(all);
      for (const tag of all) {
        expect(await db.store.removeTag(key, tag, allow)).toBe("removed");
        left.delete(tag);
        expect(await tagsOf(db, key)).toEqual([...left].toSorted());
      }
    });

    test("255 characters", async () => {
      await using db = await open();
      const longest = (kind.holdsWide ? "😀" : "日").repeat(255);
      const { key } = await imageWith(db, [longest]);
      expect(await tagsOf(db, key)).toEqual([longest]);
      expect(await db.store.removeTag(key, longest.slice(2), allow)).toBe("no-tag");
      expect(await db.store.removeTag(key, longest, allow)).toBe("removed");
      expect(await tagsOf(db, key)).toEqual([]);
    });

    // Drivers write U+FFFD for a surrogate that stands alone.
    test.each(["\ud800", "\udfff", "a\ud800"])("%j, which no database can hold, is no tag", async (lone) => {
      await using db = await open();
      const { key } = await imageWith(db, ["\ufffd", "a\ufffd"]);
      expect(await db.store.removeTag(key, lone, allow)).toBe("no-tag");
      expect(await tagsOf(db, key)).toEqual(["a\ufffd", "\ufffd"]);
    });
  });

  test("keeps the tags that a list of them would, whatever is added, removed and replaced", async () => {
    await using db = await open();
    const tag = fc.constantFrom(...new Set(lookalikes.flat()));
    const step = fc.oneof(
      fc.record({ kind: fc.constant("add" as const), tag }),
      fc.record({ kind: fc.constant("remove" as const), tag }),
      fc.record({ kind: fc.constant("replace" as const), tags: fc.uniqueArray(tag, { maxLength: 4 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const { key } = await imageWith(db, ["a", "Prod"]);
        let model = new Set(["a", "Prod"]);
        for (const next of steps) {
          switch (next.kind) {
            case "add": {
              if ([...model].some((other) => collide(kind, next.tag, other)) && !model.has(next.tag)) {
                await expect(db.store.addTag(key, next.tag, UNLIMITED, allow)).rejects.toMatchObject(
                  collision,
                );
                break;
              }
              const outcome = model.has(next.tag) ? "present" : "added";
              expect(await db.store.addTag(key, next.tag, UNLIMITED, allow)).toBe(outcome);
              model.add(next.tag);
              break;
            }
            case "remove": {
              const outcome = model.delete(next.tag) ? "removed" : "no-tag";
              expect(await db.store.removeTag(key, next.tag, allow)).toBe(outcome);
              break;
            }
            case "replace": {
              const wanted = new Set(withoutCollisions(kind, next.tags));
              expect(await db.store.replaceTags(key, wanted, allow)).toBe("replaced");
              model = wanted;
            }
          }
        }
        expect(await tagsOf(db, key)).toEqual([...model].toSorted());
      }),
      { numRuns: kind.isServer ? 8 : 25 },
    );
  });

  describe("writes only the rows a change concerns:", () => {
    test("a removal marks the tag's row and moves updated_at", async () => {
      const clock = new Clock("2031-01-01T00:00:00.000Z");
      await using db = await open(clock.read);
      const { key } = await imageWith(db, ["miracle", "other"], { properties: new Map([["os", "linux"]]) });
      await imageWith(db, ["miracle"]);
      clock.set("2031-01-01T00:00:01.234Z");
      const changes = await changesBy(db, () => db.store.removeTag(key, "miracle", allow));
      const time = heldTime(kind, "2031-01-01 00:00:01.234000");
      expect(changes).toEqual([
        {
          table: "image_tags",
          row: expect.objectContaining({
            image_id: key.imageId,
            value: "miracle",
            deleted: 1,
            deleted_at: time,
            updated_at: time,
          }),
          change: ["deleted", "deleted_at", "updated_at"],
        },
        {
          table: "images",
          row: expect.objectContaining({ id: key.imageId, updated_at: time }),
          change: ["updated_at"],
        },
      ]);
    });

    test("an addition adds a row and moves updated_at", async () => {
      const clock = new Clock("2031-01-01T00:00:00.000Z");
      await using db = await open(clock.read);
      const { key } = await imageWith(db, ["other"]);
      clock.set("2031-01-01T00:00:02.000Z");
      const changes = await changesBy(db, () => db.store.addTag(key, "miracle", UNLIMITED, allow));
      const time = "2031-01-01 00:00:02.000000";
      expect(changes).toEqual([
        {
          table: "image_tags",
          row: {
            id: expect.any(Number),
            image_id: key.imageId,
            value: "miracle",
            created_at: time,
            updated_at: time,
            deleted_at: null,
            deleted: 0,
          },
          change: "new",
        },
        {
          table: "images",
          row: expect.objectContaining({ id: key.imageId, updated_at: time }),
          change: ["updated_at"],
        },
      ]);
    });

    test("a tag that was removed and is added again gets a row of its own, as Glance does it", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["miracle"]);
      await db.store.removeTag(key, "miracle", allow);
      const changes = await changesBy(db, () => db.store.addTag(key, "miracle", UNLIMITED, allow));
      expect(summary(changes)).toContainEqual(["image_tags", "miracle", "new"]);
      expect(changes.filter(({ table }) => table === "image_tags")).toHaveLength(1);
    });

    test("an addition of a tag that is there writes nothing", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["miracle"]);
      const changes = await changesBy(db, async () => {
        expect(await db.store.addTag(key, "miracle", UNLIMITED, allow)).toBe("present");
      });
      expect(changes).toEqual([]);
    });

    test("a removal of a tag that is not there writes nothing", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["miracle"]);
      const changes = await changesBy(db, async () => {
        expect(await db.store.removeTag(key, "other", allow)).toBe("no-tag");
      });
      expect(changes).toEqual([]);
    });

    test("a replacement keeps the rows of the tags that stay", async () => {
      const clock = new Clock("2031-01-01T00:00:00.000Z");
      await using db = await open(clock.read);
      const { key } = await imageWith(db, ["goes", "stays"]);
      clock.set("2031-01-01T00:00:01.000Z");
      const changes = await changesBy(db, () =>
        db.store.replaceTags(key, new Set(["stays", "comes"]), allow),
      );
      expect(summary(changes)).toEqual([
        ["image_tags", "comes", "new"],
        ["image_tags", "goes", ["deleted", "deleted_at", "updated_at"]],
        ["images", key.imageId, ["updated_at"]],
      ]);
    });

    test("a replacement by the same tags writes nothing", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["one", "two"]);
      const changes = await changesBy(db, () => db.store.replaceTags(key, new Set(["two", "one"]), allow));
      expect(changes).toEqual([]);
    });

    test("a change of an image that is not there writes nothing and asks for no permission", async () => {
      await using db = await open();
      const key = { imageId: randomUUID(), projectId: "alpha" };
      const permit = () => new Error("was asked");
      const changes = await changesBy(db, async () => {
        expect(await db.store.removeTag(key, "miracle", permit)).toBe("no-image");
        expect(await db.store.addTag(key, "miracle", UNLIMITED, permit)).toBe("no-image");
        expect(await db.store.replaceTags(key, new Set(["miracle"]), permit)).toBe("no-image");
        expect(await db.store.deleteImage(key, permit)).toBe("no-image");
        expect(await db.store.updateImage(key, permit, () => new Error("was asked"))).toBe("no-image");
      });
      expect(changes).toEqual([]);
    });
  });

  describe("never moves updated_at backwards", () => {
    const AHEAD = "2031-06-01T12:00:00.500Z";
    const BEHIND = kind.wholeSeconds ? "2031-06-01T11:59:59.999Z" : "2031-06-01T12:00:00.499Z";
    const LATER = kind.wholeSeconds ? "2031-06-01T12:00:01.000Z" : "2031-06-01T12:00:00.501Z";
    test.each([
      ["a removal", (store: ImageStore, key: ImageKey) => store.removeTag(key, "miracle", allow)],
      ["an addition", (store: ImageStore, key: ImageKey) => store.addTag(key, "new", UNLIMITED, allow)],
      ["a replacement", (store: ImageStore, key: ImageKey) => store.replaceTags(key, new Set(["x"]), allow)],
      ["a deletion", (store: ImageStore, key: ImageKey) => store.deleteImage(key, allow)],
      ["an update", (store: ImageStore, key: ImageKey) => store.updateImage(key, allow, renamed)],
    ])("%s under a clock that was set back", async (_, change) => {
      const clock = new Clock(AHEAD);
      await using db = await open(clock.read);
      const { key } = await imageWith(db, ["miracle"]);
      clock.set(BEHIND);
      await change(db.store, key);
      const row = (await db.dump()).get("images")?.get(key.imageId);
      expect(row).toMatchObject({ updated_at: heldTime(kind, "2031-06-01 12:00:00.500000") });
    });

    test("and moves it on when the clock has caught up", async () => {
      const clock = new Clock(AHEAD);
      await using db = await open(clock.read);
      const { key } = await imageWith(db, ["miracle"]);
      clock.set(LATER);
      await db.store.removeTag(key, "miracle", allow);
      expect((await shown(db, key)).updatedAt).toEqual(new Date(LATER));
    });
  });

  describe("the quota", () => {
    test("holds under 32 additions at once", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["one", "two"]);
      const outcomes = await Promise.all(
        Array.from({ length: 32 }, (_, index) => db.store.addTag(key, `more-${index}`, 5, allow)),
      );
      expect(outcomes.filter((outcome) => outcome === "added")).toHaveLength(3);
      expect(outcomes.filter((outcome) => outcome !== "added")).toEqual(Array(29).fill({ overQuota: 6 }));
      expect(await tagsOf(db, key)).toHaveLength(5);
    });

    test("holds under additions at once through two open stores", async () => {
      await using db = await open();
      const another = await db.openAnother();
      const { key } = await imageWith(db, []);
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, (_, index) =>
          (index % 2 === 0 ? db.store : another).addTag(key, `more-${index}`, 5, allow),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === "added")).toHaveLength(5);
      expect(await tagsOf(db, key)).toHaveLength(5);
    });

    test.each([
      [0, { overQuota: 3 }],
      [1, { overQuota: 3 }],
      [2, { overQuota: 3 }],
      [3, "added"],
      [-1, "added"],
    ])("of %d answers a third tag with %j", async (quota, outcome) => {
      await using db = await open();
      const { key } = await imageWith(db, ["one", "two"]);
      expect(await db.store.addTag(key, "three", quota, allow)).toEqual(outcome);
    });

    test("does not concern a tag that is there, nor a removal", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["one", "two"]);
      expect(await db.store.addTag(key, "one", 0, allow)).toBe("present");
      expect(await db.store.removeTag(key, "one", allow)).toBe("removed");
    });

    test("counts no tag that was removed", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["one", "two"]);
      await db.store.removeTag(key, "one", allow);
      expect(await db.store.addTag(key, "three", 2, allow)).toBe("added");
    });

    test("refuses without a trace", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["one"]);
      expect(await changesBy(db, () => db.store.addTag(key, "two", 1, allow))).toEqual([]);
    });
  });

  describe("rehearses an update", () => {
    const bearing =
      (...tags: readonly string[]) =>
      ({ properties }: ImageRecord): ImageEdit => ({
        fields: { name: "rehearsed" },
        tags: new Set(tags),
        properties: new Map([...properties, ["rehearsed", "1"]]),
      });

    test("without a trace, among changes that are made", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["miracle"]);
      const { key: other } = await imageWith(db, []);
      const changes = await changesBy(db, async () => {
        const outcomes = await Promise.all([
          db.store.addTag(other, "before", UNLIMITED, allow),
          db.store.rehearseUpdate(key, allow, bearing("new")),
          db.store.addTag(other, "after", UNLIMITED, allow),
          db.store.rehearseUpdate({ ...key, imageId: randomUUID() }, allow, bearing("new")),
        ]);
        expect(outcomes).toEqual(["added", "possible", "added", "no-image"]);
      });
      expect(
        changes.filter(({ row }) => row["image_id"] === key.imageId || row["id"] === key.imageId),
      ).toEqual([]);
      expect(await tagsOf(db, other)).toEqual(["after", "before"]);
      expect(await tagsOf(db, key)).toEqual(["miracle"]);
    });

    test("and is refused with what the update is refused with", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["miracle"]);
      const refusal = new Error("no");
      const edits = [() => refusal, bearing("web", "Web"), bearing("\ud800"), bearing("😀"), bearing("a\0b")];
      for (const edit of edits) {
        const [rehearsed, updated] = [
          await db.store.rehearseUpdate(key, allow, edit).catch(String),
          await db.store.updateImage(key, allow, edit).catch(String),
        ];
        expect(rehearsed).toEqual(typeof updated === "string" ? updated : "possible");
      }
      await expect(db.store.rehearseUpdate(key, allow, () => refusal)).rejects.toBe(refusal);
      await expect(db.store.rehearseUpdate(key, allow, bearing("\ud800"))).rejects.toThrow(UnstorableText);
    });
  });

  describe("the permit", () => {
    const refusals: [string, (store: ImageStore, key: ImageKey, permit: Permit) => Promise<unknown>][] = [
      ["removeTag", (store, key, permit) => store.removeTag(key, "miracle", permit)],
      ["addTag", (store, key, permit) => store.addTag(key, "new", UNLIMITED, permit)],
      ["replaceTags", (store, key, permit) => store.replaceTags(key, new Set(["x"]), permit)],
      ["deleteImage", (store, key, permit) => store.deleteImage(key, permit)],
      ["updateImage", (store, key, permit) => store.updateImage(key, permit, renamed)],
      ["rehearseUpdate", (store, key, permit) => store.rehearseUpdate(key, permit, renamed)],
    ];

    test.each(refusals)("refuses %s with its very error and nothing is written", async (_, change) => {
      await using db = await open();
      const { key } = await imageWith(db, ["miracle"]);
      const refusal = new Error("no");
      const changes = await changesBy(db, async () => {
        await expect(change(db.store, key, () => refusal)).rejects.toBe(refusal);
      });
      expect(changes).toEqual([]);
    });

    test.each(refusals)("that refuses %s leaves the changes beside it alone", async (_, change) => {
      await using db = await open();
      const { key } = await imageWith(db, ["miracle", "before", "after"]);
      const refusal = new Error("no");
      const [before, refused, after] = await Promise.allSettled([
        db.store.removeTag(key, "before", allow),
        change(db.store, key, () => refusal),
        db.store.removeTag(key, "after", allow),
      ]);
      expect(before).toEqual({ status: "fulfilled", value: "removed" });
      expect(refused).toEqual({ status: "rejected", reason: refusal });
      expect(after).toEqual({ status: "fulfilled", value: "removed" });
      expect(await tagsOf(db, key)).toEqual(["miracle"]);
    });

    test.each(refusals)("of %s is told whose image it is and who may see it", async (_, change) => {
      await using db = await open();
      const seen: ImageAccess[] = [];
      const { key } = await imageWith(db, ["miracle"], {
        owner: "gamma",
        visibility: "community",
        protected: true,
      });
      await change(db.store, key, (image) => void seen.push(image));
      expect(seen).toEqual([
        { id: key.imageId, owner: "gamma", visibility: "community", protected: true, isMember: false },
      ]);
    });

    test("sees what the changes before it did", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["miracle"]);
      const outcomes = await Promise.all([
        db.store.deleteImage(key, allow),
        // It may come first where changes are done side by side, and never does where they queue.
        db.store.removeTag(key, "miracle", () => new Error("was asked")).catch((error) => String(error)),
      ]);
      expect(outcomes[0]).toBe("deleted");
      expect(kind.isServer ? ["no-image", "Error: was asked"] : ["no-image"]).toContain(outcomes[1]);
      expect(await db.store.removeTag(key, "miracle", () => new Error("was asked"))).toBe("no-image");
    });

    test.each([
      ["accepted", 0, true],
      ["pending", 0, true],
      ["rejected", 0, true],
      ["accepted", 1, false],
    ])("is told of a membership that is %s (deleted: %d): %j", async (status, deleted, isMember) => {
      await using db = await open();
      const { key } = await imageWith(db, ["miracle"], { owner: "alpha" });
      await share(db, key.imageId, "beta", status, deleted);
      const seen: Record<string, boolean> = {};
      for (const projectId of ["alpha", "beta", "Beta", "gamma"]) {
        await db.store.removeTag({ ...key, projectId }, "none", (image) => {
          seen[projectId] = image.isMember;
          return undefined;
        });
      }
      expect(seen).toEqual({ alpha: false, beta: isMember, Beta: false, gamma: false });
    });
  });

  describe("finds an image", () => {
    const calls: [string, (store: ImageStore, key: ImageKey) => Promise<unknown>][] = [
      [
        "findImage",
        async (store, key) => ((await store.findImage(key)) === undefined ? "no-image" : "found"),
      ],
      ["removeTag", (store, key) => store.removeTag(key, "miracle", allow)],
      ["addTag", (store, key) => store.addTag(key, "new", UNLIMITED, allow)],
      ["replaceTags", (store, key) => store.replaceTags(key, new Set(["x"]), allow)],
      ["deleteImage", (store, key) => store.deleteImage(key, allow)],
      ["updateImage", (store, key) => store.updateImage(key, allow, renamed)],
    ];
    const shared = sharedBy(open);
    const lower = () => randomUUID();
    const upper = () => randomUUID().toUpperCase();

    test.each(
      calls.flatMap(([call, run]) => [
        { call, run, stored: "lower", asked: "upper", id: lower, ask: (id: string) => id.toUpperCase() },
        { call, run, stored: "lower", asked: "mixed", id: lower, ask: mixCase },
        { call, run, stored: "upper", asked: "upper", id: upper, ask: (id: string) => id },
        // Glance takes an id in any case, and keeps it so.
        { call, run, stored: "upper", asked: "lower", id: upper, ask: (id: string) => id.toLowerCase() },
      ]),
    )("for $call by a UUID stored in $stored case and asked for in $asked case", async ({ run, id, ask }) => {
      const db = shared();
      const { key } = await imageWith(db, ["miracle"], { id: id() });
      expect(await run(db.store, { ...key, imageId: ask(key.imageId) })).not.toBe("no-image");
    });

    test.skipIf(kind.folds).each(calls)(
      "for %s by the id that was written out, when two differ in case only",
      async (_, run) => {
        const db = shared();
        for (const upperIsMeant of [false, true]) {
          const id = randomUUID();
          const inLower = await imageWith(db, ["miracle"], { id });
          const inUpper = await imageWith(db, ["miracle"], { id: id.toUpperCase() });
          const [meant, other] = upperIsMeant ? [inUpper, inLower] : [inLower, inUpper];
          const before = await shown(db, other.key);
          expect(await run(db.store, meant.key)).not.toBe("no-image");
          expect(await shown(db, other.key)).toEqual(before);
        }
      },
    );

    test.each(calls)("for %s by an id that is no UUID as it is written only", async (_, run) => {
      const db = shared();
      const id = `My-Image-${randomUUID().slice(0, 8)}`;
      const { key } = await imageWith(db, ["miracle"], { id });
      const others = [
        id.toLowerCase(),
        id.toUpperCase(),
        `${id} `,
        id.slice(1),
        "",
        "\0",
        "%",
        "x".repeat(5000),
      ];
      for (const imageId of others) {
        expect(await run(db.store, { ...key, imageId })).toBe("no-image");
      }
      expect(await run(db.store, key)).not.toBe("no-image");
    });
  });

  describe("creates an image", () => {
    const full: NewImage = newImage({
      name: "ubuntu",
      status: "active",
      visibility: "private",
      owner: "gamma",
      protected: true,
      osHidden: true,
      size: 2 ** 40,
      virtualSize: Number.MAX_SAFE_INTEGER,
      diskFormat: "qcow2",
      containerFormat: "bare",
      checksum: "0".repeat(32),
      osHashAlgo: "sha512",
      osHashValue: "f".repeat(128),
      minDisk: 2_147_483_647,
      minRam: 1,
      tags: withoutCollisions(kind, ["prod", "Prod", "é"]),
      properties: new Map([
        ["os_distro", "ubuntu"],
        ["empty", ""],
        // Some databases take this name for equal to the other.
        ...(kind.folds ? [] : [["Os_Distro", "x"] as const]),
        ["__proto__", "y"],
      ]),
    });

    test("that is then found as it was given", async () => {
      const time = "2031-01-01T00:00:00.123Z";
      await using db = await open(new Clock(time).read);
      const image = { ...full, id: randomUUID() };
      const made = await db.store.createImage(image);
      expect(made).toEqual({
        ...image,
        tags: full.tags.toSorted(),
        createdAt: heldDate(kind, new Date(time)),
        updatedAt: heldDate(kind, new Date(time)),
      });
      const found = await db.store.findImage({ imageId: image.id, projectId: "gamma" });
      expect(found?.image).toEqual(made);
      expect(found?.access).toEqual({
        id: image.id,
        owner: "gamma",
        visibility: "private",
        protected: true,
        isMember: false,
      });
    });

    test("with nothing said, which is found so", async () => {
      await using db = await open();
      const image = newImage({ owner: null });
      const made = await db.store.createImage(image);
      expect(made).toMatchObject(image);
      expect((await db.store.findImage({ imageId: image.id, projectId: "gamma" }))?.image).toEqual(made);
    });

    test("of one id once, of 16 at once", async () => {
      await using db = await open();
      const id = randomUUID();
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, (_, index) =>
          db.store.createImage(newImage({ id, name: `${index}`, tags: [`tag-${index}`] })),
        ),
      );
      const made = outcomes.filter((outcome) => outcome !== "id-taken");
      expect(made).toHaveLength(1);
      expect((await db.store.findImage({ imageId: id, projectId: "alpha" }))?.image).toEqual(made[0]);
    });

    test("never of an id that stands there in upper case", async () => {
      await using db = await open();
      const id = randomUUID();
      await db.store.createImage(newImage({ id: id.toUpperCase() }));
      expect(await db.store.createImage(newImage({ id }))).toBe("id-taken");
    });

    test("never of an id that a deleted image had, and nothing is written", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["miracle"]);
      await db.store.deleteImage(key, allow);
      const changes = await changesBy(db, async () => {
        expect(await db.store.createImage(newImage({ id: key.imageId, tags: ["x"] }))).toBe("id-taken");
      });
      expect(changes).toEqual([]);
    });
  });

  describe("updates an image", () => {
    const properties = new Map([
      ["goes", "1"],
      ["stays", "2"],
      ["turns", "3"],
    ]);

    test("and writes only what differs", async () => {
      const clock = new Clock("2031-01-01T00:00:00.000Z");
      await using db = await open(clock.read);
      const { key } = await imageWith(db, ["goes", "stays"], { name: "before", minDisk: 1, properties });
      await imageWith(db, ["goes", "stays"], { name: "before", properties });
      clock.set("2031-01-01T00:00:03.000Z");
      let outcome: unknown;
      const changes = await changesBy(db, async () => {
        outcome = await db.store.updateImage(key, allow, () => ({
          fields: { name: "after", minDisk: 1, protected: true },
          tags: new Set(["stays", "comes"]),
          properties: new Map([
            ["stays", "2"],
            ["turns", "33"],
            ["comes", "4"],
          ]),
        }));
      });
      expect(summary(changes)).toEqual([
        ["image_properties", "1", ["deleted", "deleted_at", "updated_at"]],
        ["image_properties", "33", ["updated_at", "value"]],
        ["image_properties", "4", "new"],
        ["image_tags", "comes", "new"],
        ["image_tags", "goes", ["deleted", "deleted_at", "updated_at"]],
        ["images", key.imageId, ["name", "protected", "updated_at"]],
      ]);
      const image = await shown(db, key);
      expect(outcome).toEqual(image);
      expect(image).toMatchObject({
        name: "after",
        protected: true,
        tags: ["comes", "stays"],
        updatedAt: new Date("2031-01-01T00:00:03.000Z"),
      });
      expect(Object.fromEntries(image.properties)).toEqual({ comes: "4", stays: "2", turns: "33" });
    });

    test("and writes nothing when nothing differs", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["one"], { name: "same", properties });
      const changes = await changesBy(db, async () => {
        const image = await shown(db, key);
        const edit = { fields: { name: "same", osHidden: false }, tags: new Set(["one"]), properties };
        expect(await db.store.updateImage(key, allow, () => edit)).toEqual(image);
      });
      expect(changes).toEqual([]);
    });

    test("in every field that may be changed", async () => {
      await using db = await open();
      const { key } = await imageWith(db, []);
      const fields: ImageFields = {
        name: "ubuntu",
        status: "deactivated",
        visibility: "community",
        owner: "gamma",
        protected: true,
        osHidden: true,
        diskFormat: "raw",
        containerFormat: "bare",
        minDisk: 3,
        minRam: 4,
      };
      const edit = { fields, tags: new Set<string>(), properties: new Map<string, string>() };
      expect(await db.store.updateImage(key, allow, () => edit)).toMatchObject(fields);
      expect(await shown(db, key)).toMatchObject(fields);
      const cleared = { name: null, owner: null, diskFormat: null, containerFormat: null };
      expect(await db.store.updateImage(key, allow, () => ({ ...edit, fields: cleared }))).toMatchObject({
        ...fields,
        ...cleared,
      });
    });

    test("and revives the row of a property that was removed, for Glance allows one of a name", async () => {
      await using db = await open();
      const { key } = await imageWith(db, [], { properties });
      const set = (wanted: ReadonlyMap<string, string>) =>
        db.store.updateImage(key, allow, () => ({ fields: {}, tags: new Set(), properties: wanted }));
      await set(new Map());
      expect((await shown(db, key)).properties.size).toBe(0);
      const changes = await changesBy(db, () => set(new Map([["goes", "again"]])));
      expect(summary(changes)).toContainEqual([
        "image_properties",
        "again",
        expect.arrayContaining(["deleted", "deleted_at", "value"]),
      ]);
      expect(Object.fromEntries((await shown(db, key)).properties)).toEqual({ goes: "again" });
    });

    test("never when the edit refuses: that very error, nothing is written, the changes beside it are done", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["one", "two"]);
      const refusal = new Error("no");
      const [refused, removed] = await Promise.allSettled([
        db.store.updateImage(key, allow, () => refusal),
        db.store.removeTag(key, "two", allow),
      ]);
      expect(refused).toEqual({ status: "rejected", reason: refusal });
      expect(removed).toMatchObject({ value: "removed" });
      const changes = await changesBy(db, async () => {
        await expect(db.store.updateImage(key, allow, () => refusal)).rejects.toBe(refusal);
      });
      expect(changes).toEqual([]);
    });

    test("as it is at that moment: 16 additions by one edit each lose none", async () => {
      await using db = await open();
      const another = await db.openAnother();
      const { key } = await imageWith(db, []);
      const tags = Array.from({ length: 16 }, (_, index) => `tag-${index}`);
      await Promise.all(
        tags.map((tag, index) =>
          (index % 2 === 0 ? db.store : another).updateImage(key, allow, (image) => ({
            fields: {},
            tags: new Set([...image.tags, tag]),
            properties: image.properties,
          })),
        ),
      );
      expect(await tagsOf(db, key)).toEqual(tags.toSorted());
    });
  });

  describe("deletes an image", () => {
    test("with its tags, properties and members, and leaves all else", async () => {
      const clock = new Clock("2031-01-01T00:00:00.000Z");
      await using db = await open(clock.read);
      const { key } = await imageWith(db, ["one", "two"], { properties: new Map([["os", "linux"]]) });
      await share(db, key.imageId, "beta", "accepted", 0);
      const other = await imageWith(db, ["one"], { properties: new Map([["os", "linux"]]) });
      await db.store.removeTag(key, "two", allow);
      clock.set("2031-01-01T00:00:05.000Z");
      const changes = await changesBy(db, async () => {
        expect(await db.store.deleteImage(key, allow)).toBe("deleted");
      });
      const marked = ["deleted", "deleted_at", "updated_at"];
      expect(summary(changes)).toEqual([
        ["image_members", "beta", marked],
        ["image_properties", "linux", marked],
        ["image_tags", "one", marked],
        ["images", key.imageId, ["deleted", "deleted_at", "status", "updated_at"]],
      ]);
      for (const { row } of changes) {
        expect(row).toMatchObject({ deleted: 1, deleted_at: "2031-01-01 00:00:05.000000" });
      }
      expect((await db.dump()).get("images")?.get(key.imageId)).toMatchObject({ status: "deleted" });
      expect(await tagsOf(db, other.key)).toEqual(["one"]);
    });

    test("once, of 16 at once", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["one"]);
      const outcomes = await Promise.all(Array.from({ length: 16 }, () => db.store.deleteImage(key, allow)));
      expect(outcomes.toSorted()).toEqual(["deleted", ...Array(15).fill("no-image")]);
    });

    test("which then is not there for anyone", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["one"], { visibility: "public" });
      await db.store.deleteImage(key, allow);
      expect(await db.store.findImage(key)).toBeUndefined();
      expect(await db.store.removeTag(key, "one", allow)).toBe("no-image");
      expect(await db.store.addTag(key, "two", UNLIMITED, allow)).toBe("no-image");
      expect(await db.store.replaceTags(key, new Set(["two"]), allow)).toBe("no-image");
      expect(await db.store.updateImage(key, allow, renamed)).toBe("no-image");
      expect(await listedFor(db, ["one"])).not.toContain(key.imageId);
      expect(await listedFor(db, [])).not.toContain(key.imageId);
    });

    test("never while it has data, and nothing is written", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["one"]);
      await db.insert("image_locations", {
        image_id: key.imageId,
        value: "file:///data",
        meta_data: "{}",
        status: "active",
        created_at: "2031-01-01 00:00:00.000000",
        updated_at: null,
        deleted_at: null,
        deleted: 0,
      });
      const changes = await changesBy(db, async () => {
        expect(await db.store.deleteImage(key, allow)).toBe("has-data");
      });
      expect(changes).toEqual([]);
    });

    test("whose data is gone", async () => {
      await using db = await open();
      const { key } = await imageWith(db, ["one"]);
      await db.insert("image_locations", {
        image_id: key.imageId,
        value: "file:///data",
        meta_data: "{}",
        status: "deleted",
        created_at: "2031-01-01 00:00:00.000000",
        updated_at: null,
        deleted_at: "2031-01-01 00:00:00.000000",
        deleted: 1,
      });
      expect(await db.store.deleteImage(key, allow)).toBe("deleted");
    });
  });

  test("a read sees what was committed before it, through any open store", async () => {
    await using db = await open();
    const another = await db.openAnother();
    const { key } = await imageWith(db, ["one"]);
    expect((await another.findImage(key))?.image.tags).toEqual(["one"]);
    await another.addTag(key, "two", UNLIMITED, allow);
    expect(await tagsOf(db, key)).toEqual(["one", "two"]);
    await db.store.removeTag(key, "one", allow);
    expect((await another.findImage(key))?.image.tags).toEqual(["two"]);
  });

  test("close waits for the changes under way", async () => {
    await using db = await open();
    const closing = await db.openAnother();
    const { key } = await imageWith(db, ["one", "two", "three"]);
    const changes = Promise.all(["one", "two"].map((tag) => closing.removeTag(key, tag, allow)));
    await closing.close();
    expect(await changes).toEqual(["removed", "removed"]);
    expect(await tagsOf(db, key)).toEqual(["three"]);
  });
});

/** An edit that gives an image another name and leaves all else. */
function renamed({ tags, properties }: ImageRecord): ImageEdit {
  return { fields: { name: `renamed-${randomUUID()}` }, tags: new Set(tags), properties };
}

/** One database for the tests of a group. Each makes images of its own. */
function sharedBy(open: () => Promise<StoreUnderTest>): () => StoreUnderTest {
  let db: StoreUnderTest | undefined;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db?.[Symbol.asyncDispose]());
  return () => {
    if (db === undefined) throw new Error("The database is open only while tests run.");
    return db;
  };
}

/** A clock that stands still until it is set. */
class Clock {
  #time: string;

  constructor(time: string) {
    this.#time = time;
  }

  readonly read = (): Date => new Date(this.#time);

  set(time: string): void {
    this.#time = time;
  }
}

/** Makes an image that bears these tags. */
async function imageWith(
  db: StoreUnderTest,
  tags: readonly string[],
  said: Partial<NewImage> = {},
): Promise<{ key: ImageKey }> {
  const image = newImage({ ...said, tags });
  expect(await db.store.createImage(image)).not.toBe("id-taken");
  return { key: { imageId: image.id, projectId: "alpha" } };
}

async function shown(db: StoreUnderTest, key: ImageKey): Promise<ImageRecord> {
  const found = await db.store.findImage(key);
  if (found === undefined) throw new Error(`There is no image ${key.imageId}.`);
  return found.image;
}

async function tagsOf(db: StoreUnderTest, key: ImageKey): Promise<readonly string[]> {
  return (await shown(db, key)).tags;
}

/** The ids of the images that an admin finds by these tags. */
async function listedFor(db: StoreUnderTest, tags: readonly string[]): Promise<string[]> {
  return (await listed(db.store, { tags: { all: tags }, asAdmin: true })).map((image) => image.id);
}

async function share(
  db: StoreUnderTest,
  imageId: string,
  member: string,
  status: string,
  deleted: number,
): Promise<void> {
  const time = "2031-01-01 00:00:00.000000";
  await db.insert("image_members", {
    image_id: imageId,
    member,
    can_share: 0,
    status,
    created_at: time,
    updated_at: time,
    deleted_at: deleted === 0 ? null : time,
    deleted,
  });
}

/** What the database holds otherwise than before. */
async function changesBy(db: StoreUnderTest, change: () => Promise<unknown>): Promise<RowChange[]> {
  const before = await db.dump();
  await change();
  return changesBetween(before, await db.dump()).toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** The rows and columns of changes. */
function summary(changes: readonly RowChange[]): unknown[] {
  return changes.map(({ table, row, change }) => [table, row["value"] ?? row["member"] ?? row["id"], change]);
}

function order({ table, row }: RowChange): string {
  return `${table} ${String(row["value"] ?? row["id"])}`;
}

/** Every other letter in upper case. */
function mixCase(text: string): string {
  return [...text].map((letter, index) => (index % 2 === 0 ? letter.toUpperCase() : letter)).join("");
}
