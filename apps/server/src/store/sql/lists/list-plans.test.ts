import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imageRow, insertRows, tagRow } from "../../../testing/image-rows.ts";
import { listFilter, type SaidOfList } from "../../../testing/list-filter.ts";
import { FEW } from "./list-lead.ts";
import { SqlImageStore } from "../sql-image-store.ts";
import { recordingDatabase } from "../../../testing/recording-database.ts";
import { openSqlite } from "../../sqlite/open.ts";
import { SqliteDatabase } from "../../sqlite/sqlite-database.ts";
import type { Call } from "../statement.ts";

/** The index that is led by a tag's value; see the migrations. */
const BY_VALUE = "SEARCH image_tags USING COVERING INDEX imagetags_images_by_tag (value=?)";

/** The images in the order of a list, from where the page begins or to where its window ends. */
const NEWEST =
  /^SEARCH images USING INDEX imagetags_newest_images \(created_at[<>]\?( AND created_at[<>]\?)?\)$/;

/** One image is asked whether it bears a tag, of the same index. */
const ASKED =
  /^SEARCH image_tags (?:EXISTS )?USING COVERING INDEX imagetags_images_by_tag \(value=\? AND image_id=\?\)$/;

// SQLite keeps no statistics here, so it plans alike however many rows there are.
describe("a list by tag on a database of our own answers from an index:", () => {
  const folder = temporaryFolder();
  let file: Database.Database;
  let last = "";

  beforeAll(async () => {
    const path = folder.at("test.db");
    await (await openSqlite(path)).store.close();
    file = new Database(path);
    const images = Array.from({ length: FEW + 1 }, (_, index) =>
      imageRow({ created_at: new Date(Date.UTC(2031) + index).toISOString().replace(/T(.*)Z/, " $1000") }),
    );
    last = images.at(-1)?.id ?? "";
    insertRows(file, "images", images);
    insertRows(file, "image_tags", [...images.map(({ id }) => tagRow(id, "common")), tagRow(last, "rare")]);
  });
  afterAll(() => {
    file.close();
    folder[Symbol.dispose]();
  });

  it("of a tag that nobody bears nothing but the index is read", async () => {
    const [plan, ...rest] = await plansOf(file, { tags: { all: ["nobody's"] } });
    expect(plan).toContain(BY_VALUE);
    expect(rest).toEqual([]);
  });

  it.each<[string, SaidOfList]>([
    ["a rare tag", { tags: { all: ["rare"] } }],
    ["a rare and a common tag", { tags: { all: ["common", "rare"] } }],
    ["a rare tag, by name", { tags: { all: ["rare"] }, sort: [{ field: "name", direction: "asc" }] }],
    ["a common tag, by name", { tags: { all: ["common"] }, sort: [{ field: "name", direction: "asc" }] }],
    ["any of several rare tags", { tags: { any: ["rare", "nobody's"] } }],
    ["a rare tag, by an admin, without others", { tags: { all: ["rare"], none: ["common"] }, asAdmin: true }],
    ["a rare tag that all that fit the status bear", { tags: { all: ["rare"] }, conditions: ACTIVE }],
  ])("%s leads to its images", async (_, said) => {
    const plans = await plansOf(file, said);
    const page = pageOf(plans);
    expect(page).toContain(BY_VALUE);
    expect(page).toContain("SEARCH images USING INDEX sqlite_autoindex_images_1 (id=?)");
    expect(page.filter((step) => /^(SCAN|SEARCH) images/.test(step))).toHaveLength(1);
    expect(plans.flat().filter(isScan)).toEqual([]);
  });

  it.each<[string, SaidOfList]>([
    ["newest first", {}],
    ["oldest first", { sort: order("asc") }],
    ["newest first, for an admin", { asAdmin: true }],
    ["newest first, with another tag", { tags: { all: ["common"], none: ["rare"] } }],
    ["newest first, of those that are active", { conditions: ACTIVE }],
  ])("of a common tag the images are gone through %s", async (_, said) => {
    const plans = await plansOf(file, { tags: { all: ["common"] }, limit: 10, ...said });
    expect(plans[0]).toContain(BY_VALUE);
    const page = pageOf(plans);
    expect(page.filter((step) => NEWEST.test(step))).toHaveLength(1);
    const onTags = page.filter((step) => / image_tags /.test(step));
    expect(onTags.length).toBeGreaterThan(0);
    expect(onTags.filter((step) => !ASKED.test(step))).toEqual([]);
    expect(page.filter((step) => step.includes("TEMP B-TREE"))).toEqual([]);
    expect(plans.flat().filter(isScan)).toEqual([]);
  });

  it("a page further on begins where the one before ended", async () => {
    for (const all of [["common"], []]) {
      const page = pageOf(await plansOf(file, { tags: { all }, limit: 10, after: last }));
      expect(page.filter((step) => NEWEST.test(step))).toHaveLength(1);
    }
  });

  it("a list by no tag is gone through newest first", async () => {
    const page = pageOf(await plansOf(file, {}));
    expect(page).toContain("SCAN images USING INDEX imagetags_newest_images");
    expect(page.filter((step) => step.includes("TEMP B-TREE"))).toEqual([]);
  });
});

const ACTIVE = [{ kind: "one-of", field: "status", values: ["active"] }] as const;

function order(direction: "asc" | "desc") {
  return [
    { field: "createdAt", direction },
    { field: "id", direction },
  ] as const;
}

/** The plan of the statement that finds the page: the last but those for its images' tags and properties. */
function pageOf(plans: readonly (readonly string[])[]): readonly string[] {
  const page = plans.findLast((plan) => plan.some((step) => /(SCAN|SEARCH) images\b/.test(step)));
  if (page === undefined) throw new Error("No statement was run on the images.");
  return page;
}

/**
 * A table is read from end to end, or all of it that is not deleted. Images in the order of their times
 * are not: no more are read than the page or its window holds.
 */
function isScan(step: string): boolean {
  const inOrder =
    /^SCAN images USING (?:COVERING )?INDEX (?:imagetags_newest_images|created_at_image_idx)$/.test(step);
  return (step.startsWith("SCAN image") && !inOrder) || /_deleted \(/.test(step);
}

/** Runs a list, and returns SQLite's plan of each statement that was run, with its very values. */
async function plansOf(file: Database.Database, said: SaidOfList): Promise<string[][]> {
  const calls: Call[] = [];
  const store = new SqlImageStore(recordingDatabase(new SqliteDatabase(file), calls));
  await store.listImages(listFilter({ limit: 10, ...said }));
  return calls.map(({ sql, parameters }) =>
    file
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...parameters.map((value) => (typeof value === "boolean" ? Number(value) : value)))
      .map(({ detail }) => detail),
  );
}
