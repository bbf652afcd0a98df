import { changesBetween, type Row } from "@imagetags/testing/databases/table-dump";
import { expect, test } from "vitest";
import type { DatabaseKind, StoreUnderTest } from "../../testing/database-kind.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { imageRow, tagRow } from "../../testing/image-rows.ts";
import { listFilter } from "../../testing/list-filter.ts";
import { newImage } from "../../testing/make-image.ts";
import { parseDatabaseUrl } from "../database-url.ts";
import { listImages } from "../sql/lists/list-images.ts";
import { openDatabase, type OpenedDatabase } from "../open-database.ts";
import type { Reply, Steps } from "../sql/statement.ts";
import { compileStatements } from "../sql/statements.ts";
import { addTagIndex } from "./tag-index.ts";
import { examine, type Examination } from "./examine.ts";
import { findRepeatedTags } from "./find-repeated-tags.ts";
import { repairRepeatedTags } from "./repair-repeated-tags.ts";
import { TAG_INDEX } from "./tag-index.ts";

const permit = () => undefined;

/** The database as the doctor opens it. */
async function openFor({ url }: StoreUnderTest): Promise<OpenedDatabase & AsyncDisposable> {
  const settings = { poolSize: 4, connectTimeout: 10_000, statementTimeout: 60_000 };
  const opened = await openDatabase({ location: parseDatabaseUrl(url), ...settings });
  return { ...opened, [Symbol.asyncDispose]: () => opened.store.close() };
}

async function lookAtAll(database: StoreUnderTest): Promise<Examination> {
  await using opened = await openFor(database);
  return await examine(opened.database, parseDatabaseUrl(database.url).kind);
}

/** Of PostgreSQL the tests' databases flush no commit, so that the tests are quick. */
async function look(database: StoreUnderTest): Promise<Examination> {
  const found = await lookAtAll(database);
  return { ...found, findings: found.findings.filter(({ code }) => code !== "lossy-commit") };
}

/** The findings of images that a test made, among those that Glance left. */
function examplesOf({ findings }: Examination, code: string, imageId: string): string[] {
  return findings
    .filter((finding) => finding.code === code)
    .flatMap(({ examples }) => examples)
    .filter((example) => example.includes(imageId))
    .map((example) => example.replace(`image ${imageId}: `, ""));
}

async function withImage(database: StoreUnderTest, ...tags: string[]): Promise<string> {
  // The examples are the first ones, so its tag comes first of all.
  const image = imageRow({
    id: "00000000-0000-4000-8000-000000000000",
    updated_at: "2021-01-01 00:00:00.000000",
  });
  await database.insert("images", image);
  if (tags.length > 0) await database.insert("image_tags", ...tags.map((tag) => tagRow(image.id, tag)));
  return image.id;
}

describeOnDatabases(
  "the doctor tells of commits that may be lost, over",
  (kind) => {
    test("a database that does not wait for its disk", async () => {
      await using database = await kind.open();
      const lossy = (await lookAtAll(database)).findings.filter(({ code }) => code === "lossy-commit");
      expect(lossy).toMatchObject([
        { count: 1, examples: ["synchronous_commit is off: a commit is answered before it is on any disk"] },
      ]);
    });
  },
  ({ name }) => name.includes("PostgreSQL"),
);

const withoutUniqueTags = ({ hasGlancesImages }: DatabaseKind): boolean => hasGlancesImages;

describeOnDatabases("the doctor over", (kind) => {
  test("finds nothing wrong with what the store writes, and counts its rows", async () => {
    await using database = await kind.open();
    const before = await look(database);
    const { store } = database;
    const { id } = newImage();
    await store.createImage(newImage({ id, tags: ["prod", "dev"] }));
    await store.removeTag({ imageId: id, projectId: "alpha" }, "dev", permit);
    const after = await look(database);
    expect(after.findings).toEqual(before.findings);
    expect(before.findings.map(({ code }) => code)).toEqual(kind.hasGlancesImages ? expect.anything() : []);
    expect(after.liveTags - before.liveTags).toBe(1);
    expect(after.removedTags - before.removedTags).toBe(1);
    expect(after.hasTagIndex).toBe(!kind.hasGlancesImages);
  });

  test("finds tags that no URL can carry, that were misread, and whose image is gone", async () => {
    await using database = await kind.open();
    const imageId = await withImage(database, ".", "a\u0007b", "Ã©", "é", "plain");
    const gone = imageRow({ deleted: 1, deleted_at: "2031-01-01 00:00:00.000000" });
    await database.insert("images", gone);
    await database.insert("image_tags", tagRow(gone.id, "left"));
    const seen = await look(database);
    expect(seen.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["misread-tag", "unreachable-tag", "orphaned-tag"]),
    );
    if (kind.hasGlancesImages) return;
    expect(examplesOf(seen, "unreachable-tag", imageId)).toEqual(['"."', '"a\\u0007b"']);
    expect(examplesOf(seen, "misread-tag", imageId)).toEqual(['"Ã©", perhaps "é"']);
    expect(examplesOf(seen, "orphaned-tag", gone.id)).toEqual(['"left"']);
    expect(seen.findings.map(({ code, count }) => [code, count])).toEqual([
      ["misread-tag", 1],
      ["unreachable-tag", 2],
      ["orphaned-tag", 1],
    ]);
  });
});

describeOnDatabases(
  "the doctor over",
  (kind) => {
    test("tells tags in several rows from tags that only the collation takes for one", async () => {
      await using database = await kind.open();
      const imageId = await withImage(database, "twice", "twice", "Prod", "prod", "x");
      const seen = await look(database);
      expect(examplesOf(seen, "repeated-tag", imageId)).toEqual(['"twice" in 2 rows']);
      expect(examplesOf(seen, "colliding-tags", imageId)).toEqual(kind.folds ? ['"Prod", "prod"'] : []);
    });

    test("repairs a tag in several rows: the oldest stays, the others are removed, and the image is newer", async () => {
      await using database = await kind.open();
      const imageId = await withImage(database, "twice", "other", "twice", "Twice", "twice");
      const before = await database.dump();
      await using opened = await openFor(database);
      const repeated = await opened.database.read(() =>
        findRepeatedTags(opened.database.queries, opened.database.dialect),
      );
      const mine = repeated.filter((one) => one.imageId === imageId);
      expect(mine).toEqual([{ imageId, tag: "twice", rows: 3 }]);
      expect(await repairRepeatedTags(opened.database, mine)).toBe(2);
      const rows = tagRows(before, imageId, "twice");
      expect(
        changesBetween(before, await database.dump()).map(({ table, row, change }) => [
          table,
          row["id"],
          change,
        ]),
      ).toEqual([
        ["image_tags", rows[1]?.["id"], ["deleted", "deleted_at", "updated_at"]],
        ["image_tags", rows[2]?.["id"], ["deleted", "deleted_at", "updated_at"]],
        ["images", imageId, ["updated_at"]],
      ]);
      expect(await repairRepeatedTags(opened.database, mine)).toBe(0);
      expect(examplesOf(await look(database), "repeated-tag", imageId)).toEqual([]);
    });

    test("repairs while others remove the same tags, none of which is lost or comes back", async () => {
      await using database = await kind.open();
      const tags = Array.from({ length: 20 }, (_, index) => `tag-${index}`);
      const imageId = await withImage(database, ...tags, ...tags);
      await using opened = await openFor(database);
      const removed = tags.filter((_, index) => index % 2 === 0);
      const [outcomes] = await Promise.all([
        Promise.all(
          removed.flatMap((tag) =>
            [1, 2].map(() => database.store.removeTag({ imageId, projectId: "alpha" }, tag, permit)),
          ),
        ),
        repairRepeatedTags(
          opened.database,
          tags.map((tag) => ({ imageId, tag, rows: 2 })),
        ),
      ]);
      expect(outcomes.filter((outcome) => outcome === "removed")).toHaveLength(removed.length);
      const live = [...((await database.dump()).get("image_tags")?.values() ?? [])].filter(
        (row) => row["image_id"] === imageId && row["deleted"] === 0,
      );
      expect(live.map(({ value }) => value).toSorted()).toEqual(
        tags.filter((tag) => !removed.includes(tag)).toSorted(),
      );
    });

    test("adds an index led by the tag that a list by tag uses, and that can be taken away again", async () => {
      await using database = await kind.open();
      const images = Array.from({ length: 300 }, () => imageRow());
      await database.insert("images", ...images);
      await database.insert(
        "image_tags",
        ...images.flatMap(({ id }, index) => [tagRow(id, "common"), tagRow(id, `tag-${index}`)]),
      );
      await using opened = await openFor(database);
      const { kind: databaseKind } = parseDatabaseUrl(database.url);
      expect((await look(database)).hasTagIndex).toBe(false);
      expect(await planOf(opened)).not.toContain(TAG_INDEX);
      await addTagIndex(opened.database, databaseKind);
      try {
        expect((await look(database)).hasTagIndex).toBe(true);
        expect(await planOf(opened)).toContain(TAG_INDEX);
      } finally {
        const table = databaseKind === "mysql" ? " ON image_tags" : "";
        await opened.database.change(() => oneStatement(`DROP INDEX ${TAG_INDEX}${table}`));
      }
      expect((await look(database)).hasTagIndex).toBe(false);
    });
  },
  withoutUniqueTags,
);

/** How the database plans the first statement of a list by a rare tag. */
async function planOf({ database }: OpenedDatabase): Promise<string> {
  const sql = compileStatements(database.queries, database.dialect);
  const filter = listFilter({ tags: { all: ["tag-1"] } });
  const first = listImages(
    {
      queries: database.queries,
      sql,
      now: "",
      moment: 0,
      recordsEvents: true,
      destinations: [],
      knownRules: undefined,
      isGlances: false,
    },
    filter,
  ).next();
  if (first.done === true) throw new Error("A list has statements.");
  const { sql: text, parameters } = first.value;
  const explain = database.dialect.locksRows ? "EXPLAIN" : "EXPLAIN QUERY PLAN";
  const plan = await database.read(() => oneStatement(`${explain} ${text}`, parameters));
  return JSON.stringify(plan.rows);
}

function* oneStatement(sql: string, parameters: readonly unknown[] = []): Steps<Reply> {
  return yield { sql, parameters };
}

function tagRows(dump: Awaited<ReturnType<StoreUnderTest["dump"]>>, imageId: string, tag: string): Row[] {
  return [...(dump.get("image_tags")?.values() ?? [])]
    .filter((row) => row["image_id"] === imageId && row["value"] === tag)
    .toSorted((one, other) => Number(one["id"]) - Number(other["id"]));
}
