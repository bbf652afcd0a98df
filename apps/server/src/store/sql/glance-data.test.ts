import { changesBetween, type Row } from "@imagetags/testing/databases/table-dump";
import { describe, expect, test } from "vitest";
import type { StoreUnderTest } from "../../testing/database-kind.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { listed as listedBy } from "../../testing/list-filter.ts";
import type { ImageRecord } from "../../images/model/image-record.ts";
import type { ImageKey } from "../../images/model/image-store.ts";

const allow = () => undefined;

/** The tests of what Glance 25.1.0 wrote. See `testing/data/` and its description there. */
describeOnDatabases(
  "Glance's images on",
  (kind) => {
    const { open } = kind;
    describe("a removal takes each tag and no other:", () => {
      test.each([
        ["case-and-accents", ["Prod", "a", "a ", "keep", "prod", "resume", "résumé", "ss", "ß"]],
        ["hard-to-address", [".", "..", "100%", "a#b", "a%2Fb", "a+b", "a/b", "a?b", "keep", "é", "日本語"]],
        ["mojibake", ["keep", "Ã©"]],
        ["removed-and-added", ["x", "y"]],
        ["doubled", ["keep", "twice"]],
      ])("%s", async (name, expected) => {
        await using db = await open();
        const key = await keyOf(db, name);
        const all = (await shown(db, key)).tags;
        const left = new Set(all);
        expect(all).toEqual(expected);
        for (const tag of all) {
          expect(await db.store.removeTag(key, tag, allow)).toBe("removed");
          expect(await db.store.removeTag(key, tag, allow)).toBe("no-tag");
          left.delete(tag);
          expect((await shown(db, key)).tags).toEqual([...left]);
        }
      });
    });

    test("a tag that stands in several live rows is shown once and one removal takes it away", async () => {
      await using db = await open();
      const key = await keyOf(db, "doubled");
      const isCopy = (row: Row) => row["value"] === "twice" && row["deleted"] === 0;
      const copies = rowsOf((await db.dump()).get("image_tags"), isCopy).length;
      expect(copies).toBeGreaterThan(1);
      expect((await shown(db, key)).tags).toEqual(["keep", "twice"]);
      const before = await db.dump();
      expect(await db.store.removeTag(key, "twice", allow)).toBe("removed");
      expect((await shown(db, key)).tags).toEqual(["keep"]);
      const changes = changesBetween(before, await db.dump());
      expect(changes.map(({ table, row, change }) => [table, row["value"], change])).toEqual([
        ...Array(copies).fill(["image_tags", "twice", ["deleted", "deleted_at", "updated_at"]]),
        ["images", undefined, ["updated_at"]],
      ]);
    });

    test("of 32 removals at once of a tag that stands in several rows, one removes it", async () => {
      await using db = await open();
      const key = await keyOf(db, "doubled");
      const outcomes = await Promise.all(
        Array.from({ length: 32 }, () => db.store.removeTag(key, "twice", allow)),
      );
      expect(outcomes.filter((outcome) => outcome === "removed")).toHaveLength(1);
    });

    test("a tag in several rows counts once for the quota, and a replacement keeps them all", async () => {
      await using db = await open();
      const key = await keyOf(db, "doubled");
      expect(await db.store.addTag(key, "third", 2, allow)).toEqual({ overQuota: 3 });
      expect(await db.store.addTag(key, "twice", 0, allow)).toBe("present");
      const before = await db.dump();
      expect(await db.store.replaceTags(key, new Set(["keep", "twice"]), allow)).toBe("replaced");
      expect(changesBetween(before, await db.dump())).toEqual([]);
    });

    test("the soft-deleted rows of a tag stay as they are when the live one is removed", async () => {
      await using db = await open();
      const key = await keyOf(db, "removed-and-added");
      const [tag = ""] = (await shown(db, key)).tags;
      const before = await db.dump();
      const rows = rowsOf(before.get("image_tags"), (row) => row["image_id"] === key.imageId);
      expect(rows.filter((row) => row["deleted"] === 1).length).toBeGreaterThan(3);
      expect(await db.store.removeTag(key, tag, allow)).toBe("removed");
      const changes = changesBetween(before, await db.dump());
      expect(changes.filter(({ table }) => table === "image_tags")).toHaveLength(1);
    });

    test("the image at the default quota takes a tag it has and no other", async () => {
      await using db = await open();
      const key = await keyOf(db, "full");
      const { tags } = await shown(db, key);
      expect(tags).toHaveLength(128);
      expect(await db.store.addTag(key, tags[0] ?? "", 128, allow)).toBe("present");
      expect(await db.store.addTag(key, "one-more", 128, allow)).toEqual({ overQuota: 129 });
      expect(await db.store.removeTag(key, tags[0] ?? "", allow)).toBe("removed");
      expect(await db.store.addTag(key, "one-more", 128, allow)).toBe("added");
    });

    test("the deleted image is not there, the hidden one is there but in no list", async () => {
      await using db = await open();
      const gone = await keyOf(db, "gone");
      expect(await db.store.findImage(gone)).toBeUndefined();
      expect(await db.store.removeTag(gone, "here", allow)).toBe("no-image");
      const hidden = await keyOf(db, "hidden");
      expect((await shown(db, hidden)).osHidden).toBe(true);
      expect((await listed(db, { asAdmin: true })).map((image) => image.id)).not.toContain(hidden.imageId);
    });

    test("every image that is not deleted is read as its rows have it", async () => {
      await using db = await open();
      const dump = await db.dump();
      const live = rowsOf(dump.get("images"), (row) => row["deleted"] === 0);
      expect(live).toHaveLength(66);
      for (const row of live) {
        const image = await shown(db, { imageId: String(row["id"]), projectId: "alpha" });
        const isOfImage = (part: Row) => part["image_id"] === row["id"] && part["deleted"] === 0;
        const tags = rowsOf(dump.get("image_tags"), isOfImage).map((tag) => String(tag["value"]));
        const properties = rowsOf(dump.get("image_properties"), isOfImage);
        expect(image).toEqual({
          id: row["id"],
          name: row["name"],
          status: row["status"],
          visibility: row["visibility"],
          owner: row["owner"],
          protected: row["protected"] === 1,
          osHidden: row["os_hidden"] === 1,
          size: row["size"],
          virtualSize: row["virtual_size"],
          diskFormat: row["disk_format"],
          containerFormat: row["container_format"],
          checksum: row["checksum"],
          osHashAlgo: row["os_hash_algo"],
          osHashValue: row["os_hash_value"],
          minDisk: row["min_disk"],
          minRam: row["min_ram"],
          createdAt: toDate(row["created_at"]),
          updatedAt: toDate(row["updated_at"]),
          tags: [...new Set(tags)].toSorted(),
          properties: new Map(properties.map((property) => [property["name"], property["value"]])),
        });
      }
    });

    test.each([1, 7, 25, 64])("pages of %d hold every image of the list once and in order", async (limit) => {
      await using db = await open();
      const images = rowsOf((await db.dump()).get("images"), (row) => {
        const foreign = row["visibility"] === "community" && row["owner"] !== "infra";
        return row["deleted"] === 0 && row["os_hidden"] === 0 && !foreign;
      });
      const inOrder = images.toSorted((a, b) => (String(a["created_at"]) < String(b["created_at"]) ? 1 : -1));
      const ids: string[] = [];
      for (;;) {
        const page = await listed(db, { asAdmin: true, limit, after: ids.at(-1), projectId: "infra" });
        ids.push(...page.map((image) => image.id));
        if (page.length < limit) break;
      }
      expect(ids).toEqual(inOrder.map((row) => row["id"]));
    });

    test("a list shows a project its own, public, and accepted images", async () => {
      await using db = await open();
      const dump = await db.dump();
      const accepted = rowsOf(
        dump.get("image_members"),
        (row) => row["member"] === "beta" && row["status"] === "accepted" && row["deleted"] === 0,
      ).map((row) => row["image_id"]);
      const expected = rowsOf(
        dump.get("images"),
        (row) =>
          row["deleted"] === 0 &&
          row["os_hidden"] === 0 &&
          (row["owner"] === "beta" ||
            row["visibility"] === "public" ||
            (row["visibility"] === "shared" && accepted.includes(row["id"]))),
      ).map((row) => String(row["id"]));
      expect(accepted.length).toBeGreaterThan(3);
      expect((await listed(db, { projectId: "beta" })).map((image) => image.id).toSorted()).toEqual(
        expected.toSorted(),
      );
    });
  },
  (kind) => kind.hasGlancesImages,
);

/** The key of the image of this name, which one image has. */
async function keyOf(db: StoreUnderTest, name: string): Promise<ImageKey> {
  const [row] = rowsOf((await db.dump()).get("images"), (image) => image["name"] === name);
  return { imageId: String(row?.["id"]), projectId: "alpha" };
}

async function shown(db: StoreUnderTest, key: ImageKey): Promise<ImageRecord> {
  const found = await db.store.findImage(key);
  if (found === undefined) throw new Error(`There is no image ${key.imageId}.`);
  return found.image;
}

function listed(
  db: StoreUnderTest,
  said: { asAdmin?: boolean; limit?: number; after?: string | undefined; projectId?: string },
): Promise<readonly ImageRecord[]> {
  return listedBy(db.store, said);
}

function rowsOf(table: ReadonlyMap<string, Row> | undefined, isWanted: (row: Row) => boolean): Row[] {
  return [...(table?.values() ?? [])].filter(isWanted);
}

function toDate(column: unknown): Date {
  return new Date(`${String(column).replace(" ", "T").slice(0, 23)}Z`);
}
