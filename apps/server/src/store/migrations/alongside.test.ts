import { copyFileSync } from "node:fs";
import { changesBetween } from "@imagetags/testing/databases/table-dump";
import { runServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test } from "vitest";
import type { Permit } from "../../images/model/image-store.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { GLANCE_FILE } from "../../testing/glance-file.ts";
import { newImage } from "../../testing/make-image.ts";
import { parseDatabaseUrl } from "../database-url.ts";
import { migrateDatabase } from "../migrate-database.ts";
import { openDatabase } from "../open-database.ts";

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
        alongside: ["imagetags_events"],
      });
      expect(await migrateDatabase(settings, true)).toMatchObject({ schema: "glance", alongside: [] });
      expect(changesBetween(before, await db.dump())).toEqual([]);

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
      await database.change(function* drop() {
        yield { sql: "drop table imagetags_events", parameters: [] };
      });
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
  expect((await migrate("glance.db")).stdout).toContain("has beside Glance's tables now: imagetags_events.");
  expect((await migrate("glance.db")).stdout).toContain("has our tables beside Glance's already.");
  const ours = await migrate("ours.db");
  expect([ours.code, ours.stdout]).toEqual([
    0,
    expect.stringContaining("has all tables without --alongside"),
  ]);
});
