import { changesBetween, type Row, type TableDump } from "@imagetags/testing/databases/table-dump";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { StoreUnderTest } from "../../testing/database-kind.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { imageRow, tagRow } from "../../testing/image-rows.ts";
import { newImage } from "../../testing/make-image.ts";
import { parseDatabaseUrl } from "../database-url.ts";
import { openDatabase } from "../open-database.ts";
import { PART_TABLES, PURGED_TABLES, type PurgedTable } from "./dead-rows.ts";
import { purge, type PurgeOptions } from "./purge.ts";

const BEFORE = "2031-06-01 00:00:00.000000";
const OLDER = "2031-05-31 23:59:59.000000";
const YOUNGER = "2031-06-01 00:00:01.000000";

type Counts = Partial<Record<PurgedTable, number>>;

async function runPurge({ url }: StoreUnderTest, options: Partial<PurgeOptions> = {}): Promise<Counts> {
  const limits = { poolSize: 2, connectTimeout: 10_000, statementTimeout: 60_000 };
  const { store, database } = await openDatabase({ location: parseDatabaseUrl(url), ...limits });
  const counts: Counts = {};
  try {
    await purge(database, {
      before: new Date("2031-06-01T00:00:00Z"),
      images: true,
      dryRun: false,
      signal: new AbortController().signal,
      batch: 3,
      report: (table, rows) => void (counts[table] = rows),
      ...options,
    });
  } finally {
    await store.close();
  }
  return counts;
}

/** The deletion of a row: none, without a time, with a time though live, or at a time. */
type Fate = "live" | "timeless" | "revived" | "older" | "exactly" | "younger";

function fated(fate: Fate): Row {
  switch (fate) {
    case "live":
      return { deleted: 0, deleted_at: null };
    case "timeless":
      return { deleted: 1, deleted_at: null };
    case "revived":
      return { deleted: 0, deleted_at: OLDER };
    case "older":
      return { deleted: 1, deleted_at: OLDER };
    case "exactly":
      return { deleted: 1, deleted_at: BEFORE };
    case "younger":
      return { deleted: 1, deleted_at: YOUNGER };
  }
}

/** A row of each table of parts, without what all have. */
const PARTS: Readonly<Record<(typeof PART_TABLES)[number], (name: string) => Row>> = {
  image_tags: (value) => ({ value }),
  image_properties: (name) => ({ name, value: name }),
  image_members: (member) => ({ member, can_share: 0, status: "accepted" }),
  image_locations: (value) => ({ value, meta_data: "{}", status: "active" }),
};

const fate = fc.constantFrom<Fate>("live", "timeless", "revived", "older", "older", "exactly", "younger");
const images = fc.array(
  fc.record({
    image: fate,
    parts: fc.array(fc.record({ table: fc.constantFrom(...PART_TABLES), fate }), { maxLength: 6 }),
  }),
  { minLength: 1, maxLength: 8 },
);

/** What is to go of a database, by its rows alone. */
function deadOf(dump: TableDump): Set<string> {
  const rows = PURGED_TABLES.flatMap((table) =>
    [...(dump.get(table)?.values() ?? [])].map((row) => ({ table, row })),
  );
  const isDead = ({ deleted, deleted_at: at }: Row) => deleted === 1 && typeof at === "string" && at < BEFORE;
  const holding = new Set(
    rows.filter(({ table, row }) => table !== "images" && !isDead(row)).map(({ row }) => row["image_id"]),
  );
  return new Set(
    rows
      .filter(({ table, row }) => isDead(row) && !(table === "images" && holding.has(row["id"])))
      .map(({ table, row }) => `${table} ${String(row["id"])}`),
  );
}

function totals(dead: ReadonlySet<string>, tables: readonly string[] = PURGED_TABLES): Counts {
  return Object.fromEntries(
    tables.map((table) => [table, [...dead].filter((name) => name.startsWith(`${table} `)).length]),
  );
}

describeOnDatabases("purging", (kind) => {
  test("takes what was deleted before the time, and no live row and nothing younger, whatever there is", async () => {
    await using database = await kind.open();
    await fc.assert(
      fc.asyncProperty(images, async (made) => {
        for (const { image, parts } of made) {
          const { id } = imageRow();
          await database.insert("images", imageRow({ id, ...fated(image) }));
          for (const [index, part] of parts.entries()) {
            const { value: _, ...common } = tagRow(id, "");
            const row = { ...common, ...fated(part.fate), ...PARTS[part.table](`part-${index}`) };
            await database.insert(part.table, row);
          }
        }
        const before = await database.dump();
        const dead = deadOf(before);
        expect(await runPurge(database, { dryRun: true })).toEqual(totals(dead));
        expect(changesBetween(before, await database.dump())).toEqual([]);

        expect(await runPurge(database)).toEqual(totals(dead));
        const changes = changesBetween(before, await database.dump());
        expect(changes.filter(({ change }) => change !== "gone")).toEqual([]);
        expect(new Set(changes.map(({ table, row }) => `${table} ${String(row["id"])}`))).toEqual(dead);
        expect(Object.values(await runPurge(database))).toEqual(PURGED_TABLES.map(() => 0));
      }),
      { numRuns: 8 },
    );
  });

  test("leaves images where they are not asked for, and takes what belonged to them", async () => {
    await using database = await kind.open();
    const image = imageRow(fated("older"));
    await database.insert("images", image);
    await database.insert("image_tags", { ...tagRow(image.id, "old"), ...fated("older") });
    const before = await database.dump();
    const counts = await runPurge(database, { images: false });
    expect(counts).toEqual(totals(deadOf(before), PART_TABLES));
    expect(counts.image_tags).toBeGreaterThanOrEqual(1);
    expect((await database.dump()).get("images")).toEqual(before.get("images"));
  });

  test("ends after the batch in which it is told to stop, and goes on the next time", async () => {
    await using database = await kind.open();
    await runPurge(database, { batch: 500 });
    const image = imageRow();
    await database.insert("images", image);
    const tags = Array.from({ length: 30 }, (_, index) => ({
      ...tagRow(image.id, `t-${index}`),
      ...fated("older"),
    }));
    await database.insert("image_tags", ...tags);
    const controller = new AbortController();
    let removed = 0;
    await runPurge(database, {
      signal: controller.signal,
      report(table, rows) {
        // Ten batches of tags with their pauses take longer.
        if (table === "image_properties") setTimeout(() => controller.abort(), 30);
        removed += rows;
      },
    });
    const left = deadOf(await database.dump()).size;
    expect(left).toBeGreaterThan(0);
    expect(left).toBe(30 - removed);
    expect(removed % 3).toBe(0);
    expect(await runPurge(database)).toMatchObject({ image_tags: left, images: 0 });
  });

  test("goes on beside removals, which it neither fails nor undoes", async () => {
    await using database = await kind.open();
    const { store } = database;
    const names = Array.from({ length: 40 }, (_, index) => `tag-${index}`);
    const { id } = newImage();
    await store.createImage(newImage({ id, tags: names }));
    const dead = Array.from({ length: 60 }, (_, index) => ({
      ...tagRow(id, `dead-${index}`),
      ...fated("older"),
    }));
    await database.insert("image_tags", ...dead);
    const key = { imageId: id, projectId: "alpha" };
    const [counts, ...removed] = await Promise.all([
      runPurge(database),
      ...names.slice(0, 20).map((name) => store.removeTag(key, name, () => undefined)),
    ]);
    expect(counts.image_tags).toBeGreaterThanOrEqual(60);
    expect(new Set(removed)).toEqual(new Set(["removed"]));
    expect((await store.findImage(key))?.image.tags.toSorted()).toEqual(names.slice(20).toSorted());
  });
});
