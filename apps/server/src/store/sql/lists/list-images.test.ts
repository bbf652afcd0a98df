import { randomUUID } from "node:crypto";
import type { Row } from "@imagetags/testing/databases/table-dump";
import { describe, expect, test } from "vitest";
import type { StoreUnderTest } from "../../../testing/database-kind.ts";
import { describeOnDatabases } from "../../../testing/database-kinds.ts";
import { listed, type SaidOfList } from "../../../testing/list-filter.ts";
import { newImage } from "../../../testing/make-image.ts";
import type { NewImage } from "../../../images/model/image-record.ts";

describeOnDatabases("the list of images on", (kind) => {
  const { open } = kind;
  describe("holds the images that bear every tag asked for:", () => {
    test.each([
      [[], ["both", "neither", "one", "other"]],
      [["one"], ["both", "one"]],
      [["other"], ["both", "other"]],
      [["one", "other"], ["both"]],
      [["other", "one"], ["both"]],
      [
        ["one", "one"],
        ["both", "one"],
      ],
      [["one", "other", "third"], []],
      [["One"], []],
      [["removed"], []],
      [[""], []],
    ])("%j: %j", async (tags, names) => {
      await using db = await open();
      const list = await Listing.of(db);
      await list.add({ name: "one", tags: ["one"] });
      await list.add({ name: "other", tags: ["other"] });
      await list.add({ name: "both", tags: ["one", "other"] });
      const imageId = await list.add({ name: "neither", tags: ["removed"] });
      await db.store.removeTag({ imageId, projectId: "alpha" }, "removed", () => undefined);
      expect((await list.names({ tags: { all: tags } })).toSorted()).toEqual(names);
    });
  });

  test("may be asked for by as many tags as a request can name", async () => {
    await using db = await open();
    const tags = Array.from({ length: 2_700 }, (_, index) => `t${index}`);
    const list = await Listing.of(db);
    await list.add({ name: "all", tags });
    await list.add({ name: "all but one", tags: tags.slice(1) });
    expect(await list.names({ tags: { all: tags } })).toEqual(["all"]);
  });

  describe("holds for one caller", () => {
    const memberships = ["accepted", "pending", "rejected", "withdrawn"] as const;
    const images = {
      "own private": { owner: "alpha", visibility: "private" },
      "own shared": { owner: "alpha", visibility: "shared" },
      "own community": { owner: "alpha", visibility: "community" },
      "own public": { owner: "alpha", visibility: "public" },
      "own hidden": { owner: "alpha", visibility: "private", osHidden: true },
      "another's private": { owner: "beta", visibility: "private" },
      "another's shared": { owner: "beta", visibility: "shared" },
      "another's community": { owner: "beta", visibility: "community" },
      "another's public": { owner: "beta", visibility: "public" },
      "another's hidden public": { owner: "beta", visibility: "public", osHidden: true },
      "nobody's private": { owner: null, visibility: "private" },
      "nobody's public": { owner: null, visibility: "public" },
      "of another case's project": { owner: "Alpha", visibility: "private" },
      "private with an accepted membership": { owner: "beta", visibility: "private" },
      ...Object.fromEntries(
        memberships.map((status) => [
          `shared and ${status}`,
          { owner: "beta", visibility: "shared" } as const,
        ]),
      ),
    } as const satisfies Record<string, Partial<NewImage>>;
    const own = ["own private", "own shared", "own community", "own public"];
    const publicOnes = ["another's public", "nobody's public"];

    test.each<[string, SaidOfList, string[]]>([
      ["a project", { projectId: "alpha" }, [...own, ...publicOnes, "shared and accepted"]],
      ["a stranger", { projectId: "gamma" }, ["own public", ...publicOnes]],
      [
        "an admin, who sees all but others' community images",
        { projectId: "alpha", asAdmin: true },
        Object.keys(images).filter((name) => name !== "another's community" && !name.includes("hidden")),
      ],
    ])("%s", async (_, filter, names) => {
      await using db = await open();
      const list = await Listing.of(db);
      for (const [name, said] of Object.entries(images)) await list.add({ name, ...said });
      for (const status of memberships) {
        await list.share(`shared and ${status}`, "alpha", status === "withdrawn" ? "accepted" : status, {
          deleted: status === "withdrawn" ? 1 : 0,
        });
      }
      await list.share("private with an accepted membership", "alpha", "accepted", { deleted: 0 });
      expect((await list.names(filter)).toSorted()).toEqual(names.toSorted());
    });
  });

  describe("goes on after a page", () => {
    test("newest first", async () => {
      let second = 0;
      await using db = await open(() => new Date(Date.UTC(2031, 0, 1, 0, 0, (second += 1))));
      const list = await Listing.of(db);
      for (const name of ["a", "b", "c"]) await list.add({ name });
      expect(await list.names()).toEqual(["c", "b", "a"]);
    });

    test.each([1, 2, 3, 7, 8])(
      "of %d, of 7 images made at one time, with each once, by id",
      async (limit) => {
        await using db = await open(() => new Date("2031-01-01T00:00:00.000Z"));
        const list = await Listing.of(db);
        const ids: string[] = [];
        for (let count = 0; count < 7; count += 1) ids.push(await list.add({}));
        expect(await list.pages(limit)).toEqual(ids.toSorted().toReversed());
      },
    );

    test.skipIf(kind.wholeSeconds).each([1, 2])(
      "of %d, of images made within one millisecond",
      async (limit) => {
        await using db = await open();
        const list = await Listing.of(db);
        const fractions = ["123000", "123001", "123999", "124000", "123002"];
        const ids = new Map<string, string>();
        for (const fraction of fractions)
          ids.set(fraction, await list.insert(`2031-01-01 00:00:00.${fraction}`));
        expect(await list.pages(limit)).toEqual(
          fractions
            .toSorted()
            .toReversed()
            .map((fraction) => ids.get(fraction)),
        );
      },
    );

    test("whose last image was deleted since", async () => {
      await using db = await open();
      const list = await Listing.of(db);
      for (let count = 0; count < 4; count += 1) await list.add({});
      const all = await list.ids();
      const [, marker = ""] = all;
      await db.store.deleteImage({ imageId: marker, projectId: "alpha" }, () => undefined);
      expect(await list.ids({ after: marker })).toEqual(all.slice(2));
    });

    test("whose last image is not of that list", async () => {
      let second = 0;
      await using db = await open(() => new Date(Date.UTC(2031, 0, 1, 0, 0, (second += 1))));
      const list = await Listing.of(db);
      const older = await list.add({ name: "older" });
      const hidden = await list.add({ name: "hidden", osHidden: true });
      await list.add({ name: "newer" });
      expect(await list.ids({ after: hidden })).toEqual([older]);
    });

    test("with nothing where it ended", async () => {
      await using db = await open();
      const list = await Listing.of(db);
      await list.add({});
      const last = await list.add({ visibility: "private" });
      const [, end = last] = await list.ids();
      expect(await list.ids({ after: end })).toEqual([]);
    });

    test("of 0 with nothing", async () => {
      await using db = await open();
      const list = await Listing.of(db);
      await list.add({});
      expect(await list.ids({ limit: 0 })).toEqual([]);
    });
  });

  test("shows each image as it is found by itself", async () => {
    await using db = await open();
    const list = await Listing.of(db);
    for (const tags of [["b", "a"], ["Prod", "é"], []]) {
      await list.add({ tags, properties: new Map(tags.map((tag) => [`of ${tag}`, tag])) });
    }
    const images = await listed(db.store, list.filter({}));
    expect(images).toHaveLength(3);
    for (const image of images) {
      const found = await db.store.findImage({ imageId: image.id, projectId: "alpha" });
      expect(image).toEqual(found?.image);
    }
  });
});

/** Images with a tag of their own, which confines a list to them: Glance's file has others. */
class Listing {
  readonly #db: StoreUnderTest;
  readonly #mark = `mark-${randomUUID()}`;
  readonly #idByName = new Map<string, string>();

  private constructor(db: StoreUnderTest) {
    this.#db = db;
  }

  static async of(db: StoreUnderTest): Promise<Listing> {
    return new Listing(db);
  }

  async add(said: Partial<NewImage>): Promise<string> {
    const image = newImage({ ...said, tags: [...(said.tags ?? []), this.#mark] });
    expect(await this.#db.store.createImage(image)).not.toBe("id-taken");
    this.#idByName.set(image.name ?? image.id, image.id);
    return image.id;
  }

  /** Adds an image with a time that only another program writes. */
  async insert(createdAt: string): Promise<string> {
    const id = randomUUID();
    const times = { created_at: createdAt, updated_at: createdAt, deleted_at: null, deleted: 0 };
    const image = { id, status: "active", owner: "alpha", visibility: "private", min_disk: 0, min_ram: 0 };
    await this.#db.insert("images", { ...image, protected: 0, os_hidden: 0, ...times });
    await this.#db.insert("image_tags", { image_id: id, value: this.#mark, ...times });
    return id;
  }

  async share(name: string, member: string, status: string, { deleted }: Row): Promise<void> {
    const time = "2031-01-01 00:00:00.000000";
    await this.#db.insert("image_members", {
      image_id: this.#idByName.get(name),
      member,
      can_share: 0,
      status,
      created_at: time,
      updated_at: time,
      deleted_at: deleted === 1 ? time : null,
      deleted,
    });
  }

  filter(said: SaidOfList): SaidOfList {
    return { ...said, tags: { ...said.tags, all: [...(said.tags?.all ?? []), this.#mark] } };
  }

  async ids(said: SaidOfList = {}): Promise<string[]> {
    return (await listed(this.#db.store, this.filter(said))).map((image) => image.id);
  }

  async names(said: SaidOfList = {}): Promise<(string | null)[]> {
    return (await listed(this.#db.store, this.filter(said))).map((image) => image.name);
  }

  /** The ids of all pages, one after the other, until one is not full. */
  async pages(limit: number): Promise<string[]> {
    const all: string[] = [];
    for (;;) {
      const page = await this.ids({ limit, after: all.at(-1) });
      expect(page.length).toBeLessThanOrEqual(limit);
      all.push(...page);
      if (page.length < limit) return all;
      if (all.length > 100) throw new Error("The pages do not end.");
    }
  }
}
