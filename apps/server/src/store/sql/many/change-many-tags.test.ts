import { randomUUID } from "node:crypto";
import { changesBetween } from "@imagetags/testing/databases/table-dump";
import { expect, test } from "vitest";
import { describeOnDatabases, heldTime } from "../../../testing/database-kinds.ts";
import type { StoreUnderTest } from "../../../testing/database-kind.ts";
import { newImage } from "../../../testing/make-image.ts";
import { manyTagsChange } from "../../../testing/many-tags-change.ts";
import { forbidden } from "../../../images/model/image-error.ts";
import type { NewImage } from "../../../images/model/image-record.ts";
import type { ImageStore, Permit } from "../../../images/model/image-store.ts";
import type { PlannedExchange } from "../../../images/model/tag-plan.ts";

const allow: Permit = () => undefined;
const own: Permit = Object.assign(() => undefined, { preauthorized: "own" as const });
const agreed = () => undefined;

describeOnDatabases("changes of many images, on", (kind) => {
  const { open } = kind;

  test("remove and add what each bears and lacks, and are told beforehand", async () => {
    let now = "2031-01-01T00:00:00.000Z";
    await using db = await open(() => new Date(now));
    const ids = await images(db, ["old", "stays"], ["old", "new"], ["new"], ["stays"], []);
    const before = await db.dump();
    const change = manyTagsChange([...ids, randomUUID()], { remove: ["old", "none"], add: ["new"] });
    now = "2031-01-01T00:00:01.234Z";
    const told = summary(ids, await db.store.planTags(change));
    expect(told).toEqual(["0 -old +new", "1 -old", "3 +new", "4 +new"]);
    expect(changesBetween(before, await db.dump())).toEqual([]);
    expect(summary(ids, await db.store.changeManyTags(change, agreed))).toEqual(told);
    expect(await tagsOf(db.store, ids)).toEqual([
      ["new", "stays"],
      ["new"],
      ["new"],
      ["new", "stays"],
      ["new"],
    ]);
    const changes = changesBetween(before, await db.dump());
    const time = heldTime(kind, "2031-01-01 00:00:01.234000");
    const touched = changes.filter(({ table }) => table === "images");
    expect(touched.map(({ row }) => row["id"]).toSorted()).toEqual(
      [ids[0], ids[1], ids[3], ids[4]].toSorted(),
    );
    for (const { row, change: columns } of touched) {
      expect(columns).toEqual(["updated_at"]);
      expect(row["updated_at"]).toBe(time);
    }
    expect(changes.filter(({ table }) => table === "image_tags")).toHaveLength(5);
    expect(await db.store.changeManyTags(change, agreed)).toEqual([]);
  });

  test("do nothing to an image on which a part is refused, nor to one that does not fit any more", async () => {
    await using db = await open();
    const ids = await images(db, ["old"], ["old"], ["old"]);
    await db.store.updateImage(
      { imageId: ids[2] ?? "", projectId: "alpha" },
      allow,
      ({ tags, properties }) => ({
        fields: { osHidden: true },
        tags: new Set(tags),
        properties,
      }),
    );
    const refusal = forbidden("this");
    const change = manyTagsChange(ids, {
      remove: ["old"],
      add: ["new"],
      decide: ({ id, record }, { remove, add }) => {
        expect([record.id, remove, add]).toEqual([id, ["old"], ["new"]]);
        return id === ids[0] ? refusal : undefined;
      },
    });
    const before = await db.dump();
    await expect(db.store.changeManyTags(change, () => new Error("not this"))).rejects.toThrow("not this");
    expect(changesBetween(before, await db.dump())).toEqual([]);
    const done = await db.store.changeManyTags(change, agreed);
    expect(done.map(({ image, refused }) => [image.id, refused])).toEqual([
      [ids[0], refusal],
      [ids[1], undefined],
    ]);
    expect(await tagsOf(db.store, ids)).toEqual([["old"], ["new"], ["old"]]);
  });

  test("compare tags exactly, and say where the column takes a new one for another", async () => {
    await using db = await open();
    const ids = await images(db, ["prod"], ["Prod"], ["prod", "x"]);
    const adding = manyTagsChange(ids, { add: ["Prod"] });
    const collides = kind.folds ? "colliding-tag" : undefined;
    for (const plan of [await db.store.planTags(adding), await db.store.changeManyTags(adding, agreed)]) {
      expect(plan.map(({ image, refused }) => [image.id, refused?.reason])).toEqual([
        [ids[0], collides],
        [ids[2], collides],
      ]);
    }
    const borne = kind.folds
      ? [["prod"], ["Prod"], ["prod", "x"]]
      : [["Prod", "prod"], ["Prod"], ["Prod", "prod", "x"]];
    expect(await tagsOf(db.store, ids)).toEqual(borne);
    // In one transaction the one goes before the other comes.
    const renaming = manyTagsChange(ids, {
      remove: ["prod"],
      add: ["PROD"],
      where: { tags: { none: ["x", "Prod"] } },
    });
    await db.store.changeManyTags(renaming, agreed);
    expect((await tagsOf(db.store, ids))[0]).toEqual(kind.folds ? ["PROD"] : ["Prod", "prod"]);
    const alike = db.store.planTags(manyTagsChange(ids, { add: ["a", "b", "A"] }));
    if (kind.folds) await expect(alike).rejects.toMatchObject({ reason: "colliding-tag" });
    else expect(await alike).toHaveLength(3);
  });

  test("refuse a tag that the column cannot hold, and find none of such a name", async () => {
    if (kind.holdsWide) return;
    await using db = await open();
    const ids = await images(db, ["?"]);
    await expect(db.store.planTags(manyTagsChange(ids, { add: ["😀"] }))).rejects.toThrow("no room");
    expect(await db.store.changeManyTags(manyTagsChange(ids, { remove: ["😀"] }), agreed)).toEqual([]);
    expect(await tagsOf(db.store, ids)).toEqual([["?"]]);
  });

  test("and removals beside them tell of each tag once, whichever was first, and no one waits for ever", async () => {
    await using db = await open();
    const stores = [db.store, await db.openAnother()];
    const many = Array.from({ length: 12 }, () => ["a", "b", "c", "d"]);
    const ids = await images(db, ...many);
    const removers: string[] = [];
    const actions = [ids, ids.toReversed(), ids.slice(3), ids.slice(0, 8).toReversed()].map(
      async (some, index) => {
        const store = stores[index % 2] ?? db.store;
        const tags = index < 2 ? ["a", "b", "c"] : ["c", "d"];
        const done = await store.changeManyTags(
          manyTagsChange(some, { remove: tags, ...(index === 0 ? { add: ["e"] } : {}) }),
          agreed,
        );
        for (const { image, remove } of done) removers.push(...remove.map((tag) => `${image.id} ${tag}`));
      },
    );
    const single = ids.flatMap((imageId, place) =>
      ["a", "b", "d"].map(async (tag, index) => {
        const store = stores[(place + index) % 2] ?? db.store;
        const outcome = await store.removeTag(
          { imageId, projectId: "alpha" },
          tag,
          index === 0 ? allow : own,
        );
        if (outcome === "removed") removers.push(`${imageId} ${tag}`);
      }),
    );
    await Promise.all([...actions, ...single]);
    expect(removers.toSorted()).toEqual(
      ids.flatMap((id) => ["a", "b", "c", "d"].map((tag) => `${id} ${tag}`)).toSorted(),
    );
    expect(await tagsOf(db.store, ids)).toEqual(ids.map(() => ["e"]));
  });
});

describeOnDatabases(
  "the events of changes of many images, on",
  (kind) => {
    test("have the request's id, and are later than those of their image before", async () => {
      let now = Date.UTC(2031, 0, 1);
      await using db = await kind.open(() => new Date(now));
      const ids = await images(db, ["a"], ["a"]);
      // As a server whose clock is ahead has it.
      now += 5_000;
      await db.store.addTag({ imageId: ids[0] ?? "", projectId: "alpha" }, "ahead", 10, allow);
      now -= 4_000;
      await db.store.changeManyTags(manyTagsChange(ids, { remove: ["a"], add: ["b"] }), agreed);
      await db.store.removeTag({ imageId: ids[0] ?? "", projectId: "alpha" }, "b", own);
      const stories = await Promise.all(ids.map((imageId) => story(db.store, imageId)));
      expect(stories).toEqual([
        ["+a null", "+ahead null", "-a req-many", "+b req-many", "-b null"],
        ["+a null", "-a req-many", "+b req-many"],
      ]);
    });
  },
  (kind) => !kind.hasGlancesImages,
);

async function images(db: StoreUnderTest, ...tags: string[][]): Promise<string[]> {
  const made: NewImage[] = tags.map((some) => newImage({ tags: some }));
  for (const image of made) await db.store.createImage(image);
  return made.map(({ id }) => id);
}

async function tagsOf(store: ImageStore, ids: readonly string[]): Promise<(readonly string[] | undefined)[]> {
  const found = await Promise.all(ids.map((imageId) => store.findImage({ imageId, projectId: "alpha" })));
  return found.map((one) => one?.image.tags);
}

/** What a plan says, by the places of the images. */
function summary(ids: readonly string[], plan: readonly PlannedExchange[]): string[] {
  return plan.map(({ image, remove, add }) =>
    [ids.indexOf(image.id), ...remove.map((tag) => `-${tag}`), ...add.map((tag) => `+${tag}`)].join(" "),
  );
}

async function story(store: ImageStore, imageId: string): Promise<string[]> {
  const { events } = await store.walkTagEvents({
    imageId,
    limit: 100,
    projectId: "alpha",
    withRecords: false,
  });
  return events
    .map(({ event }) => `${event.action === "added" ? "+" : "-"}${event.tag} ${event.requestId}`)
    .toReversed();
}
