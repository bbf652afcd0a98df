import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CloudTag, CloudTagFilter } from "../../../images/model/cloud-tag.ts";
import type { ImageStore, Permit } from "../../../images/model/image-store.ts";
import { describeOnDatabases, holdsText } from "../../../testing/database-kinds.ts";
import { imageRow, insertRows, tagRow } from "../../../testing/image-rows.ts";
import { cloudTagFilter, listed } from "../../../testing/list-filter.ts";
import { newImage } from "../../../testing/make-image.ts";
import { recordingDatabase } from "../../../testing/recording-database.ts";
import { openSqlite } from "../../sqlite/open.ts";
import { SqliteDatabase } from "../../sqlite/sqlite-database.ts";
import { SqlImageStore } from "../sql-image-store.ts";
import type { Call } from "../statement.ts";
import { prefixEnd } from "./prefix-end.ts";

const allow: Permit = () => undefined;

/** All pages of a list, each of two tags. */
async function tagsOf(store: ImageStore, said: Partial<CloudTagFilter> = {}): Promise<CloudTag[]> {
  const found: CloudTag[] = [];
  let after: string | undefined;
  do {
    const page = await store.listCloudTags(cloudTagFilter({ limit: 2, ...said, after }));
    if (page === "no-marker") throw new Error("There is no such marker.");
    found.push(...page.tags);
    after = page.next;
  } while (after !== undefined);
  return found;
}

const namesOf = (tags: readonly CloudTag[]) => tags.map(({ name }) => name);

describeOnDatabases("the list of all tags on", (kind) => {
  /** Glance's columns take some of them for equal, so that each has an image of its own. */
  const TAGS = [
    "Zulu",
    "a",
    "a ",
    "a\u{FFFD}",
    "az",
    "b*",
    "b%",
    "b_",
    "ba",
    "bä",
    "B",
    "é",
    "e",
    "日本",
    "😀",
  ];

  test("has every tag by its exact characters, in the order of code points, with its images", async () => {
    await using db = await kind.open();
    const { store } = db;
    const before = namesOf(await tagsOf(store));
    const tags = TAGS.filter((tag) => holdsText(kind, tag));
    for (const tag of tags) await store.createImage(newImage({ tags: [tag] }));
    await store.createImage(newImage({ tags: ["a", "ba"] }));
    await store.createImage(newImage({ tags: ["a", "hidden"], osHidden: true }));
    await store.createImage(newImage({ tags: ["a", "theirs"], owner: "beta", visibility: "private" }));
    const found = await tagsOf(store);
    const expected = [...new Set([...before, ...tags])].toSorted((one, other) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other)),
    );
    expect(namesOf(found)).toEqual(expected);
    for (const { name, images } of found)
      expect([name, images]).toEqual([name, (await listed(store, { tags: { all: [name] } })).length]);
    const begins = async (prefix: string) => namesOf(await tagsOf(store, { name: { begins: prefix } }));
    const exactly = async (tag: string) => namesOf(await tagsOf(store, { name: { is: tag } }));
    for (const prefix of ["a", "b", "B", "b%", "b_", "b*", "é", "日", "z", "\u{D7FF}", "\u{10FFFF}"])
      expect(await begins(prefix)).toEqual(expected.filter((tag) => tag.startsWith(prefix)));
    for (const tag of ["a", "A", "a ", "e", "é", "b%", "b*", "\u{D800}"])
      expect(await exactly(tag)).toEqual(expected.filter((other) => other === tag));
    expect(await begins("\u{D800}")).toEqual([]);
    const unstorable = cloudTagFilter({ after: "\u{D800}" });
    expect(await store.listCloudTags(unstorable)).toEqual(kind.isServer ? "no-marker" : expect.anything());
  });

  test("counts an image once, and tells when the tag was last added", async () => {
    let seconds = 0;
    await using db = await kind.open(() => new Date(Date.UTC(2061, 0, 1) + seconds * 1_000));
    const { store } = db;
    const image = newImage({ tags: ["once"] });
    await store.createImage(image);
    if (kind.hasGlancesImages) await db.insert("image_tags", tagRow(image.id, "once"));
    seconds = 10;
    const other = newImage({ tags: ["once"] });
    await store.createImage(other);
    const [found] = await tagsOf(store, { name: { is: "once" } });
    expect([found?.images, new Date(Math.floor((found?.changed ?? 0) / 1_000)).getUTCSeconds()]).toEqual([
      2, 10,
    ]);
    seconds = 20;
    await store.removeTag({ imageId: other.id, projectId: "alpha" }, "once", allow);
    const [after] = await tagsOf(store, { name: { is: "once" } });
    const changed = new Date(Math.floor((after?.changed ?? 0) / 1_000));
    // Without events, only what is there tells.
    const isTold = !kind.hasGlancesImages;
    expect(after?.images).toBe(1);
    if (isTold) expect(changed.getUTCSeconds()).toBe(20);
    else expect(changed.getTime()).toBeLessThan(Date.UTC(2061, 0, 1, 0, 0, 20));
  });
});

test("the end of a prefix is after all texts that begin with it, and before all others that come later", () => {
  const latin1 = (text: string) => /^[\0-\xff]*$/.test(text);
  const order = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));
  for (const [canStore, unit] of [
    [() => true, "binary"],
    [latin1, fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code))],
  ] as const) {
    const text = fc.string({ unit, maxLength: 4 });
    fc.assert(
      fc.property(text, text, (prefix, other) => {
        const end = prefixEnd(prefix, canStore);
        const isWithin = order(other, prefix) >= 0 && (end === undefined || order(other, end) < 0);
        expect(isWithin).toBe(other.startsWith(prefix));
        const own = order(prefix + other, prefix) >= 0;
        expect(own && (end === undefined || order(prefix + other, end) < 0)).toBe(true);
      }),
    );
  }
  expect(prefixEnd("a\u{D7FF}", () => true)).toBe("a\u{E000}");
  expect(prefixEnd("a\u{10FFFF}", () => true)).toBe("b");
  expect(prefixEnd("\u{10FFFF}", () => true)).toBeUndefined();
});

describe("a page of all tags on a database of our own is read from an index", () => {
  test.each<[string, Partial<CloudTagFilter>, string]>([
    ["the first", {}, "SCAN image_tags USING COVERING INDEX imagetags_images_by_tag"],
    [
      "one further on",
      { after: "tag-3" },
      "SEARCH image_tags USING COVERING INDEX imagetags_images_by_tag (value>?)",
    ],
    [
      "of a prefix",
      { name: { begins: "tag" }, after: "tag-3" },
      "SEARCH image_tags USING COVERING INDEX imagetags_images_by_tag (value>? AND value<?)",
    ],
    [
      "of one tag",
      { name: { is: "tag-3" } },
      "SEARCH image_tags USING COVERING INDEX imagetags_images_by_tag (value=?)",
    ],
  ])("%s", async (_, said, plan) => {
    using folder = temporaryFolder();
    await (await openSqlite(folder.at("test.db"))).store.close();
    const file = new Database(folder.at("test.db"));
    const images = Array.from({ length: 10 }, () => imageRow());
    insertRows(file, "images", images);
    insertRows(
      file,
      "image_tags",
      images.map(({ id }, index) => tagRow(id, `tag-${index}`)),
    );
    const calls: Call[] = [];
    const store = new SqlImageStore(recordingDatabase(new SqliteDatabase(file), calls));
    await store.listCloudTags(cloudTagFilter({ limit: 2, ...said }));
    const plans = calls.map(({ sql, parameters }) =>
      file
        .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...parameters)
        .map(({ detail }) => detail)
        .filter((detail) => /^(?:SCAN|SEARCH|USE TEMP B-TREE FOR (?:ORDER|GROUP))/.test(detail)),
    );
    file.close();
    const bearers = "SEARCH image_tags USING INDEX imagetags_images_by_tag (value=?)";
    const byId = "SEARCH images USING INDEX sqlite_autoindex_images_1 (id=?)";
    const [names, counted, ...changes] = plans;
    expect(names).toEqual([plan]);
    expect(counted?.slice(0, 2)).toEqual([bearers, byId]);
    for (const change of changes)
      expect(change.join()).toMatch(
        /^SEARCH (?:imagetags_events USING INDEX imagetags_events_by_tag|images USING INDEX)/,
      );
  });
});
