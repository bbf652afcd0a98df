import { randomUUID } from "node:crypto";
import type { Row } from "@imagetags/testing/databases/table-dump";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { DatabaseKind, StoreUnderTest } from "../../../testing/database-kind.ts";
import { describeOnDatabases, heldTime, holdsText } from "../../../testing/database-kinds.ts";
import { imageRow, tagRow } from "../../../testing/image-rows.ts";
import { listed, listFilter, type SaidOfList } from "../../../testing/list-filter.ts";
import type { SortField, SortOrder } from "../../../images/model/image-list-filter.ts";
import { FEW } from "./list-lead.ts";

const COLUMN = {
  name: "name",
  status: "status",
  containerFormat: "container_format",
  diskFormat: "disk_format",
  size: "size",
  id: "id",
  createdAt: "created_at",
  updatedAt: "updated_at",
} as const satisfies Record<SortField, string>;

// Few values make images tie. Some of them differ by a microsecond, or sort otherwise by UTF-16 units.
const NAMES = [null, "", "a", "A", "b", "á", "\u{ffff}", "\u{10000}"];
const TIMES = [
  "00:00.000000",
  "00:00.000001",
  "00:00.123456",
  "00:00.123457",
  "00:59.999999",
  "01:00.000000",
];

const image = fc.record({
  name: fc.constantFrom(...NAMES),
  status: fc.constantFrom("active", "queued", "deactivated"),
  container_format: fc.constantFrom(null, "bare", "ovf"),
  disk_format: fc.constantFrom(null, "raw", "qcow2"),
  size: fc.constantFrom(null, 0, 1, 2, 10, 3_000_000_000),
  created_at: fc.constantFrom(...TIMES.map((time) => `2031-01-01 00:${time}`)),
  updated_at: fc.constantFrom(null, ...TIMES.map((time) => `2032-01-01 00:${time}`)),
});

const field = fc.constantFrom(...Object.keys(COLUMN).filter((key): key is SortField => key in COLUMN));
const direction = fc.constantFrom("asc" as const, "desc" as const);
const order = fc
  .tuple(fc.uniqueArray(field, { maxLength: 4 }), fc.array(direction, { minLength: 5, maxLength: 5 }))
  .map(([fields, directions]) => sortBy(fields, directions));

describeOnDatabases("the order of a list on", (kind) => {
  const { open } = kind;
  test("has every image once over all pages, as a plain sort has them, NULLs and ties included", async () => {
    await using db = await open();
    await fc.assert(
      fc.asyncProperty(
        fc.array(image, { minLength: 1, maxLength: 12 }),
        fc.array(order, { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 1, max: 5 }),
        async (images, orders, limit) => {
          const mark = `mark-${randomUUID()}`;
          const rows = images
            .filter(({ name }) => name === null || holdsText(kind, name))
            .map((said) => imageRow({ ...said, ...heldTimes(kind, said) }));
          await db.insert("images", ...rows);
          await db.insert("image_tags", ...rows.map(({ id }) => tagRow(id, mark)));
          for (const sort of orders) {
            const said = { tags: { all: [mark] }, sort };
            // A collation has its own order of names: the pages must have that of a single page.
            const whole = kind.folds ? await pages(db, { ...said, limit: 1000 }) : sorted(rows, sort);
            expect(await pages(db, { ...said, limit })).toEqual(whole);
            expect(whole.toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
          }
        },
      ),
      { numRuns: kind.isServer ? 8 : 40 },
    );
  });

  // No image may be passed over at the end of the first window of times.
  test.each(["desc", "asc"] as const)("of a tag of many bearers is the same, %s", async (way) => {
    await using db = await open();
    const mark = `mark-${randomUUID()}`;
    const rows = Array.from({ length: FEW + 300 }, (_, index) =>
      imageRow({ created_at: `2033-01-01 00:00:${String(Math.floor(index / 100)).padStart(2, "0")}.000000` }),
    );
    const others = rows.map(() => imageRow({ created_at: "2033-01-01 00:00:03.500000" }));
    await db.insert("images", ...rows, ...others);
    await db.insert("image_tags", ...rows.map(({ id }) => tagRow(id, mark)));
    const sort = sortBy(["createdAt"], [way, "desc", "desc"]);
    for (const limit of [7, 40, 1000]) {
      const said = { tags: { all: [mark] }, sort, limit };
      expect(await pages(db, said, 4)).toEqual(sorted(rows, sort).slice(0, limit * 4));
    }
    const last = sorted(rows, sort).at(-60);
    const end = { tags: { all: [mark] }, sort, limit: 40, after: last };
    expect(await pages(db, end)).toEqual(sorted(rows, sort).slice(-59));
    const some = { tags: { any: [mark, "nobody's"], notAll: [mark, "nobody's"] }, sort, limit: 40 };
    expect(await pages(db, some, 4)).toEqual(sorted(rows, sort).slice(0, 160));
  });

  test("knows no page after an image that is not there", async () => {
    await using db = await open();
    expect(await db.store.listImages(listFilter({ after: randomUUID() }))).toBe("no-marker");
  });
});

/** The times of a row as a database of this kind holds them. */
function heldTimes(kind: DatabaseKind, said: { created_at: string; updated_at: string | null }): Row {
  const { created_at, updated_at } = said;
  return {
    created_at: heldTime(kind, created_at),
    updated_at: updated_at === null ? null : heldTime(kind, updated_at),
  };
}

/** The fields in this order, and what breaks ties. */
function sortBy(fields: readonly SortField[], directions: readonly SortOrder["direction"][]): SortOrder[] {
  const all = [...new Set<SortField>([...fields, "createdAt", "id"])];
  return all.map((one, index) => ({ field: one, direction: directions[index] ?? "desc" }));
}

/** The ids of all pages, one after the other, or of the first so many. */
async function pages(
  db: StoreUnderTest,
  said: SaidOfList & { limit: number },
  most = Infinity,
): Promise<string[]> {
  const all: string[] = [];
  let { after } = said;
  for (let page = 1; ; page += 1) {
    const ids = (await listed(db.store, { ...said, after })).map(({ id }) => id);
    all.push(...ids);
    after = ids.at(-1);
    if (ids.length < said.limit || page === most) return all;
    if (page > 1000) throw new Error("The pages do not end.");
  }
}

/** The ids of rows in order: text by its bytes in UTF-8, which are in the order of code points. */
function sorted(rows: readonly (Row & { readonly id: string })[], sort: readonly SortOrder[]): string[] {
  const compare = (a: Row, b: Row): number => {
    for (const { field: by, direction: way } of sort) {
      const difference = compareValues(a[COLUMN[by]], b[COLUMN[by]]);
      if (difference !== 0) return way === "asc" ? difference : -difference;
    }
    return 0;
  };
  return rows.toSorted(compare).map(({ id }) => id);
}

function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a !== "string" || typeof b !== "string") throw new TypeError("Nothing else is sorted by.");
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
