import { copyFileSync } from "node:fs";
import { changesBetween } from "@imagetags/testing/databases/table-dump";
import { runServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test } from "vitest";
import type { ImageStore, Permit } from "../../images/model/image-store.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { GLANCE_FILE } from "../../testing/glance-file.ts";
import { whyNoPostgres } from "../../testing/no-postgres.ts";
import { glancePostgres, POSTGRES_URL } from "../../testing/postgres-databases.ts";
import { newImage } from "../../testing/make-image.ts";
import { parseDatabaseUrl } from "../database-url.ts";
import { migrateDatabase } from "../migrate-database.ts";
import { openDatabase } from "../open-database.ts";
import type { SqlDatabase } from "../sql/sql-database.ts";
import type { Steps } from "../sql/statement.ts";

const OURS = [
  "imagetags_events",
  "imagetags_rules_version",
  "imagetags_rules",
  "imagetags_outbox",
  "imagetags_given_up",
  "imagetags_leases",
];

function* dropOurs(): Steps<void> {
  for (const table of OURS) yield { sql: `drop table ${table}`, parameters: [] };
}

/** Rules are made and hold beside Glance's tables, whose columns may take different texts for equal. */
async function holdsRules(store: ImageStore, database: SqlDatabase): Promise<void> {
  expect(database.holdsRules).toBe(true);
  const rule = { pattern: "Ärger-?", forbid: ["remove" as const], unlessRole: null, userId: null };
  await store.makeTagRule({ ...rule, projectId: "Alpha" }, 10);
  const made = await store.makeTagRule({ ...rule, projectId: "alpha" }, 1);
  expect(made).toMatchObject(rule);
  expect(await store.listTagRules("alpha")).toEqual([made]);
  const caller = { userId: "someone", projectId: "alpha", roles: new Set<string>() };
  const image = newImage({ tags: ["Ärger-1", "arger-2"] });
  await store.createImage(image);
  const key = { imageId: image.id, projectId: "alpha", actor: { caller, requestId: "req" } };
  await expect(store.removeTag(key, "Ärger-1", own)).rejects.toMatchObject({ reason: "protected-tag" });
  expect(await store.removeTag(key, "arger-2", own)).toBe("removed");
}

const own: Permit = Object.assign(() => undefined, { preauthorized: "own" as const });

describeOnDatabases(
  "tables beside those of",
  (kind) => {
    test("are made when they are asked for, and hold events; no row or column of Glance's is touched", async () => {
      await using db = await kind.open();
      const before = await db.dump();
      const settings = {
        location: parseDatabaseUrl(db.url),
        poolSize: 2,
        connectTimeout: 10_000,
        statementTimeout: 10_000,
      };
      expect(await migrateDatabase(settings)).toMatchObject({ schema: "glance", alongside: undefined });
      expect(await migrateDatabase(settings, true)).toMatchObject({
        schema: "glance",
        alongside: OURS,
      });
      expect(await migrateDatabase(settings, true)).toMatchObject({ schema: "glance", alongside: [] });
      const changes = changesBetween(before, await db.dump());
      expect(changes.filter(({ table }) => !OURS.includes(table))).toEqual([]);

      const { store, database, schema } = await openDatabase(settings);
      expect(schema).toBe("glance");
      const image = newImage({ tags: ["Ärger", "other"] });
      const key = { imageId: image.id, projectId: "alpha" };
      await store.createImage(image);
      await Promise.all(image.tags.map((tag) => store.removeTag(key, tag, own)));
      await store.addTag(key, "again", 10, () => undefined);
      const told = await store.walkTagEvents({
        imageId: image.id,
        limit: 10,
        projectId: "alpha",
        withRecords: true,
      });
      expect(told.source).toBe("events");
      expect(
        told.events.map(({ event, image: of }) => [event.action, event.tag, of?.isMember]).toSorted(),
      ).toEqual(
        [
          ["added", "other", false],
          ["added", "again", false],
          ["added", "Ärger", false],
          ["removed", "other", false],
          ["removed", "Ärger", false],
        ].toSorted(),
      );
      const ofTag = { tag: "Ärger", limit: 10, projectId: null, withRecords: false };
      expect((await store.walkTagEvents(ofTag)).events).toHaveLength(2);

      let hour = 5;
      const later = await openDatabase(settings, () => new Date(Date.UTC(2031, 0, 1, hour)));
      const expected: string[] = [];
      for (hour of [5, 3, 2, 2]) {
        await later.store.addTag(key, "x", 10, () => undefined);
        // As Glance does whose clock is behind.
        await database.change(function* moveBack() {
          const sql = `update images set updated_at = '2031-01-01 00:00:00' where id = '${image.id}'`;
          yield { sql, parameters: [] };
        });
        expect(await later.store.removeTag(key, "x", own)).toBe("removed");
        expected.push("added", "removed");
      }
      await later.store.close();
      const moved = await store.walkTagEvents({
        imageId: image.id,
        since: Date.UTC(2031, 0, 1) * 1_000,
        until: Date.UTC(2031, 0, 2) * 1_000,
        limit: 10,
        projectId: null,
        withRecords: false,
      });
      expect(moved.events.map(({ event }) => event.action).toReversed()).toEqual(expected);
      await holdsRules(store, database);
      await database.change(dropOurs);
      await store.close();
    });
  },
  (kind) => kind.hasGlancesImages,
);

test("migrate --alongside says what it made, and of a database of our own that it has them", async () => {
  using folder = temporaryFolder();
  copyFileSync(GLANCE_FILE, folder.at("glance.db"));
  const migrate = (file: string) =>
    runServer(["migrate", "--alongside"], { IMAGETAGS_DATABASE_URL: `sqlite:${file}` }, folder.path);
  expect((await migrate("glance.db")).stdout).toContain(
    `has beside Glance's tables now: ${OURS.join(", ")}.`,
  );
  expect((await migrate("glance.db")).stdout).toContain("has our tables beside Glance's already.");
  const ours = await migrate("ours.db");
  expect([ours.code, ours.stdout]).toEqual([
    0,
    expect.stringContaining("has all tables without --alongside"),
  ]);
});

const noPostgres = await whyNoPostgres(POSTGRES_URL);

test.skipIf(noPostgres !== undefined)(
  "events beside Glance's tables on PostgreSQL are in the order of the commits, though Glance moves updated_at back",
  async () => {
    const db = await glancePostgres.take();
    const limits = { poolSize: 2, connectTimeout: 10_000, statementTimeout: 10_000 };
    const settings = { location: parseDatabaseUrl(db.url), ...limits };
    expect((await migrateDatabase(settings, true)).alongside).toEqual(OURS);
    let hour = 5;
    const { store, database } = await openDatabase(settings, () => new Date(Date.UTC(2031, 0, 1, hour)));
    const image = newImage({ tags: ["a", "b", "c"] });
    await store.createImage(image);
    const key = { imageId: image.id, projectId: "alpha" };
    for (const [at, tag] of [
      [7, "a"],
      [6, "b"],
      [8, "c"],
    ] as const) {
      hour = at;
      await database.change(function* moveBack() {
        const sql = `update images set updated_at = '2031-01-01 00:00:00' where id = '${image.id}'`;
        yield { sql, parameters: [] };
      });
      expect(await store.removeTag(key, tag, own)).toBe("removed");
    }
    const { events } = await store.walkTagEvents({
      imageId: image.id,
      limit: 3,
      projectId: null,
      withRecords: false,
    });
    expect(events.map(({ event }) => event.tag)).toEqual(["c", "b", "a"]);
    await database.change(dropOurs);
    await store.close();
    await db.giveBack();
  },
);
