import { randomUUID } from "node:crypto";
import type { Row } from "@imagetags/testing/databases/table-dump";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DatabaseKind, StoreUnderTest } from "../../../testing/database-kind.ts";
import { describeOnDatabases, heldTime } from "../../../testing/database-kinds.ts";
import { imageRow, tagRow } from "../../../testing/image-rows.ts";
import { listed, type SaidOfList } from "../../../testing/list-filter.ts";
import { newImage } from "../../../testing/make-image.ts";
import type { ImageCondition, TagFilter } from "../../../images/model/image-list-filter.ts";

const second = (text: string): bigint => BigInt(Date.parse(text)) * 1_000n;

describeOnDatabases("a list on", (kind) => {
  const { open } = kind;
  describe("by as many properties as an image can have", () => {
    const wanted = (count: number): ImageCondition[] =>
      Array.from({ length: count }, (_, index) => ({
        kind: "property",
        name: `p${index}`,
        value: `v${index}`,
      }));
    const having = (count: number) =>
      new Map(Array.from({ length: count }, (_, index) => [`p${index}`, `v${index}`]));

    test("holds the images that have all of them", async () => {
      await using db = await open();
      await db.store.createImage(newImage({ name: "all", properties: having(128) }));
      await db.store.createImage(newImage({ name: "all but one", properties: having(127) }));
      const other = new Map([...having(128), ["p5", "V5"]]);
      await db.store.createImage(newImage({ name: "one in another case", properties: other }));
      const start = performance.now();
      const images = await listed(db.store, { conditions: wanted(128) });
      expect(images.filter(({ owner }) => owner === "alpha").map(({ name }) => name)).toEqual(["all"]);
      // A subquery for each of them took PostgreSQL ten seconds to plan.
      expect(performance.now() - start).toBeLessThan(3_000);
      const fewer = await listed(db.store, { conditions: wanted(2) });
      expect(fewer.map(({ name }) => name).toSorted()).toEqual(["all", "all but one", "one in another case"]);
    });
  });

  describe("holds the images of which a condition holds:", () => {
    const rows = {
      plain: {},
      named: { name: "Ubuntu 26.04, small", status: "queued" },
      other: { name: "ubuntu", status: "deactivated", protected: 1 },
      raw: { disk_format: "raw", container_format: "bare", size: 10, min_disk: 1, checksum: "c1" },
      qcow2: { disk_format: "qcow2", container_format: "ovf", size: 2_199_023_255_552, min_ram: 512 },
      hashed: { os_hash_algo: "sha512", os_hash_value: "h1", virtual_size: 0, checksum: "C1" },
      nobody: { owner: null, visibility: "public" },
      dated: { created_at: "2030-02-28 23:59:59.999999", updated_at: "2030-03-01 00:00:00.000000" },
      precise: {
        created_at: heldTime(kind, "2030-03-01 00:00:00.123456"),
        updated_at: "2030-03-01 00:00:01.000000",
      },
      // A program that keeps no fractions may have written it.
      whole: { created_at: "2030-03-01 00:00:01", updated_at: null },
    } as const satisfies Record<string, Row>;
    const all = Object.keys(rows);
    const but = (...names: string[]): string[] => all.filter((name) => !names.includes(name));
    const from = second("2030-03-01T00:00:00Z");
    const until = second("2030-03-01T00:00:01Z");

    const listing = shared(kind, rows, (list) => ({
      image_properties: [list.property("plain", "os", "plan 9", 0), list.property("named", "gone", "1", 1)],
    }));

    test.each<[ImageCondition, string[]]>([
      [{ kind: "one-of", field: "name", values: ["ubuntu"] }, ["other"]],
      [{ kind: "one-of", field: "name", values: ["ubuntu", "Ubuntu 26.04, small", "x"] }, ["named", "other"]],
      [{ kind: "one-of", field: "name", values: ["UBUNTU"] }, []],
      [{ kind: "one-of", field: "name", values: [] }, []],
      [{ kind: "one-of", field: "name", values: [""] }, []],
      [{ kind: "one-of", field: "status", values: ["queued", "deactivated"] }, ["named", "other"]],
      [{ kind: "one-of", field: "diskFormat", values: ["raw"] }, ["raw"]],
      [{ kind: "one-of", field: "containerFormat", values: ["ovf", "bare"] }, ["raw", "qcow2"]],
      [{ kind: "one-of", field: "checksum", values: ["c1"] }, ["raw"]],
      [{ kind: "one-of", field: "osHashAlgo", values: ["sha512"] }, ["hashed"]],
      [{ kind: "one-of", field: "osHashValue", values: ["h1"] }, ["hashed"]],
      [{ kind: "one-of", field: "owner", values: ["alpha"] }, but("nobody")],
      [{ kind: "one-of", field: "owner", values: ["beta"] }, []],
      [{ kind: "is", field: "protected", value: true }, ["other"]],
      [{ kind: "is", field: "protected", value: false }, but("other")],
      [{ kind: "equals", field: "size", value: 2_199_023_255_552 }, ["qcow2"]],
      [{ kind: "equals", field: "virtualSize", value: 0 }, ["hashed"]],
      [{ kind: "equals", field: "minDisk", value: 0 }, but("raw")],
      [{ kind: "equals", field: "minRam", value: 512 }, ["qcow2"]],
      [{ kind: "at-least", field: "size", value: 11 }, ["qcow2"]],
      [{ kind: "at-least", field: "size", value: 10 }, ["raw", "qcow2"]],
      [{ kind: "at-most", field: "size", value: 10 }, ["raw"]],
      [{ kind: "at-most", field: "size", value: 9 }, []],
      [{ kind: "at-most", field: "minDisk", value: 0 }, but("raw")],
      // Beyond what a column can hold: Glance's of `min_disk` and `min_ram` are 32-bit integers.
      ...(["minDisk", "minRam", "size", "virtualSize"] as const).flatMap((field) => {
        const valued = { minDisk: all, minRam: all, size: ["raw", "qcow2"], virtualSize: ["hashed"] }[field];
        return [2_147_483_648, Number.MAX_SAFE_INTEGER].flatMap((most): [ImageCondition, string[]][] => [
          [{ kind: "equals", field, value: most }, []],
          [{ kind: "at-least", field, value: most }, field === "size" && most < 2 ** 41 ? ["qcow2"] : []],
          [{ kind: "equals", field, value: -most }, []],
          [{ kind: "at-least", field, value: -most }, valued],
          [{ kind: "at-most", field, value: -most }, []],
          [{ kind: "at-most", field, value: Number.MAX_SAFE_INTEGER }, valued],
        ]);
      }),
      [{ kind: "before", field: "createdAt", time: from }, ["dated"]],
      [{ kind: "before", field: "createdAt", time: until }, ["dated", "precise"]],
      [{ kind: "before", field: "createdAt", time: from + 123_457n }, ["dated", "precise"]],
      [
        { kind: "before", field: "createdAt", time: from + 123_456n },
        kind.wholeSeconds ? ["dated", "precise"] : ["dated"],
      ],
      [{ kind: "before", field: "createdAt", time: -(2n ** 63n) }, []],
      [{ kind: "before", field: "createdAt", time: 2n ** 63n }, all],
      [{ kind: "from", field: "createdAt", time: from }, but("dated")],
      [{ kind: "from", field: "createdAt", time: until }, but("dated", "precise")],
      [{ kind: "outside", field: "createdAt", from, until }, but("precise")],
      [{ kind: "outside", field: "updatedAt", from, until }, but("dated", "whole")],
      [{ kind: "before", field: "updatedAt", time: until }, ["dated"]],
      [{ kind: "property", name: "os", value: "plan 9" }, ["plain"]],
      [{ kind: "property", name: "os", value: "Plan 9" }, []],
      [{ kind: "property", name: "OS", value: "plan 9" }, []],
      [{ kind: "property", name: "gone", value: "1" }, []],
    ])("%o", async (condition, names) => {
      const { db, list } = listing();
      const fitting = await list.names({ conditions: [condition] });
      expect(fitting.toSorted()).toEqual(names.toSorted());
      // No tag leads there, so every image is looked at.
      const anywhere = await listed(db.store, { conditions: [condition], limit: 1000 });
      expect(anywhere.map(({ id }) => id)).toEqual(
        expect.arrayContaining(names.map((name) => list.id(name))),
      );
    });

    test("an id, which is meant in any case when it is a UUID", async () => {
      await using db = await open();
      const list = await Listing.of(db, rows);
      const ids = [list.id("raw").toUpperCase(), list.id("named"), "no-uuid"];
      const condition: ImageCondition = { kind: "one-of", field: "id", values: ids };
      expect((await list.names({ conditions: [condition] })).toSorted()).toEqual(["named", "raw"]);
      const none: ImageCondition = { kind: "one-of", field: "id", values: [list.id("raw").slice(1)] };
      expect(await list.names({ conditions: [none] })).toEqual([]);
    });

    test("all of several, and no killed image", async () => {
      await using db = await open();
      const list = await Listing.of(db, { ...rows, killed: { status: "killed", size: 10 } });
      expect((await list.names({})).toSorted()).toEqual(all.toSorted());
      const conditions: ImageCondition[] = [
        { kind: "at-least", field: "size", value: 1 },
        { kind: "at-most", field: "size", value: 1_000 },
      ];
      expect(await list.names({ conditions })).toEqual(["raw"]);
      expect(await list.names({ conditions, visibility: "public" })).toEqual([]);
    });
  });

  describe("holds by visibility", () => {
    const images = {
      "own private": { visibility: "private" },
      "own shared": { visibility: "shared" },
      "own community": { visibility: "community" },
      "own public": { visibility: "public" },
      private: { owner: "beta", visibility: "private" },
      community: { owner: "beta", visibility: "community" },
      public: { owner: "beta", visibility: "public" },
      unshared: { owner: "beta", visibility: "shared" },
      accepted: { owner: "beta", visibility: "shared" },
      pending: { owner: "beta", visibility: "shared" },
      rejected: { owner: "beta", visibility: "shared" },
      withdrawn: { owner: "beta", visibility: "shared" },
    } as const satisfies Record<string, Row>;
    const own = ["own private", "own shared", "own community", "own public"];

    const listing = shared(kind, images, (list) => ({
      image_members: [
        ...["accepted", "pending", "rejected"].map((status) => list.member(status, status, 0)),
        list.member("withdrawn", "accepted", 1),
        // A membership of an image that is not shared counts for nothing.
        list.member("private", "accepted", 0),
      ],
    }));

    test.each<[SaidOfList, string[]]>([
      [{}, [...own, "public", "accepted"]],
      [{ memberStatus: "pending" }, [...own, "public", "pending"]],
      [{ memberStatus: "rejected" }, [...own, "public", "rejected"]],
      [{ memberStatus: "all" }, [...own, "public", "accepted", "pending", "rejected"]],
      [{ visibility: "all" }, [...own, "public", "community", "accepted"]],
      [{ visibility: "public" }, ["own public", "public"]],
      [{ visibility: "community" }, ["own community", "community"]],
      [{ visibility: "private" }, ["own private"]],
      [{ visibility: "shared" }, ["own shared", "accepted"]],
      [{ visibility: "shared", memberStatus: "pending" }, ["own shared", "pending"]],
      [{ visibility: "shared", memberStatus: "all" }, ["own shared", "accepted", "pending", "rejected"]],
      [{ visibility: "private", memberStatus: "all" }, ["own private"]],
      [{ asAdmin: true }, Object.keys(images).filter((name) => name !== "community")],
      [{ asAdmin: true, visibility: "all" }, Object.keys(images)],
      [{ asAdmin: true, visibility: "community" }, ["own community", "community"]],
      [{ asAdmin: true, visibility: "private" }, ["own private", "private"]],
      [
        { asAdmin: true, visibility: "shared", memberStatus: "pending" },
        ["own shared", "unshared", "accepted", "pending", "rejected", "withdrawn"],
      ],
    ])("%o: %j", async (said, names) => {
      expect((await listing().list.names(said)).toSorted()).toEqual(names.toSorted());
    });
  });

  test("holds by tags what a plain look at each image's tags finds", async () => {
    await using db = await open();
    const tag = fc.constantFrom("red", "Red", "red ", "blue", "a,b", "", "green", "é", "e\u0301");
    const some = fc.array(tag, { maxLength: 3 });
    const filter = fc.record({ all: some, any: some, none: some, notAll: some });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uniqueArray(tag, { maxLength: 5 }), { minLength: 1, maxLength: 8 }),
        fc.array(filter, { minLength: 6, maxLength: 6 }),
        async (images, filters) => {
          const owner = randomUUID();
          const rows = images.map(() => imageRow({ owner }));
          await db.insert("images", ...rows);
          const tags = rows.flatMap(({ id }, index) =>
            (images[index] ?? []).map((value) => tagRow(id, value)),
          );
          if (tags.length > 0) await db.insert("image_tags", ...tags);
          for (const said of filters) {
            const fitting = rows.filter((_, index) => fits(new Set(images[index]), said)).map(({ id }) => id);
            // The owner confines a list without a positive tag too.
            const list = await listed(db.store, {
              tags: said,
              projectId: owner,
              conditions: [{ kind: "one-of", field: "owner", values: [owner] }],
            });
            expect(list.map(({ id }) => id).toSorted()).toEqual(fitting.toSorted());
          }
        },
      ),
      { numRuns: kind.isServer ? 10 : 60 },
    );
  });
});

/** Images of a database that all tests around only look at. */
function shared(
  { open }: DatabaseKind,
  images: Readonly<Record<string, Row>>,
  more: (list: Listing) => Readonly<Record<string, readonly Row[]>>,
): () => { readonly db: StoreUnderTest; readonly list: Listing } {
  let db: StoreUnderTest;
  let list: Listing;
  beforeAll(async () => {
    db = await open();
    list = await Listing.of(db, images);
    for (const [table, rows] of Object.entries(more(list))) await db.insert(table, ...rows);
  });
  afterAll(() => db[Symbol.asyncDispose]());
  return () => ({ db, list });
}

function fits(tags: ReadonlySet<string>, { all, any, none, notAll }: TagFilter): boolean {
  return (
    all.every((tag) => tags.has(tag)) &&
    (any.length === 0 || any.some((tag) => tags.has(tag))) &&
    !none.some((tag) => tags.has(tag)) &&
    (notAll.length === 0 || !notAll.every((tag) => tags.has(tag)))
  );
}

/** Images by name. A tag of their own confines a list to them, since Glance's file has others. */
class Listing {
  readonly #db: StoreUnderTest;
  readonly #mark = `mark-${randomUUID()}`;
  readonly #ids: ReadonlyMap<string, string>;

  private constructor(db: StoreUnderTest, ids: ReadonlyMap<string, string>) {
    this.#db = db;
    this.#ids = ids;
  }

  static async of(db: StoreUnderTest, images: Readonly<Record<string, Row>>): Promise<Listing> {
    const rows = Object.entries(images).map(([name, said]) => ({ name, row: imageRow(said) }));
    const list = new Listing(db, new Map(rows.map(({ name, row }) => [name, row.id])));
    await db.insert("images", ...rows.map(({ row }) => row));
    await db.insert("image_tags", ...rows.map(({ row }) => tagRow(row.id, list.#mark)));
    return list;
  }

  id(name: string): string {
    const id = this.#ids.get(name);
    if (id === undefined) throw new Error(`There is no image ${name}.`);
    return id;
  }

  member(name: string, status: string, deleted: number): Row {
    return { ...this.#part(name, deleted), member: "alpha", can_share: 0, status };
  }

  property(name: string, key: string, value: string, deleted: number): Row {
    return { ...this.#part(name, deleted), name: key, value };
  }

  async names(said: SaidOfList): Promise<string[]> {
    const images = await listed(this.#db.store, { ...said, tags: { all: [this.#mark] } });
    const names = new Map([...this.#ids].map(([name, id]) => [id, name]));
    return images.map(({ id }) => names.get(id) ?? id);
  }

  #part(name: string, deleted: number): Row {
    const time = "2031-01-01 00:00:00.000000";
    const deleted_at = deleted === 0 ? null : time;
    return { image_id: this.id(name), created_at: time, updated_at: time, deleted_at, deleted };
  }
}
