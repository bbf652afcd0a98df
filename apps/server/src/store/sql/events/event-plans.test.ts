import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TagEventWalk } from "../../../images/model/tag-event.ts";
import { newImage } from "../../../testing/make-image.ts";
import { recordingDatabase } from "../../../testing/recording-database.ts";
import { openSqlite } from "../../sqlite/open.ts";
import { SqliteDatabase } from "../../sqlite/sqlite-database.ts";
import { SqlImageStore } from "../sql-image-store.ts";
import { compileEventStatements } from "./event-statements.ts";
import type { Call } from "../statement.ts";

// SQLite keeps no statistics here, so it plans alike however many rows there are.
describe("a list of events is read from an index, in its order:", () => {
  const folder = temporaryFolder();
  let file: Database.Database;

  beforeAll(async () => {
    await (await openSqlite(folder.at("test.db"))).store.close();
    file = new Database(folder.at("test.db"));
  });
  afterAll(() => {
    file.close();
    folder[Symbol.dispose]();
  });

  const after = "0190f5fe-7c00-7000-8000-000000000000";
  const times = { since: 1_000_000, until: 2_000_000 };

  it.each<[string, Partial<TagEventWalk>, string]>([
    ["all", {}, "SCAN imagetags_events"],
    ["all, further on", { after }, "SEARCH imagetags_events USING PRIMARY KEY (id<?)"],
    ["all, of a time", times, "SEARCH imagetags_events USING PRIMARY KEY (id>? AND id<?)"],
    [
      "of an image",
      { imageId: "x" },
      "SEARCH imagetags_events USING INDEX imagetags_events_by_image (image_id=?)",
    ],
    [
      "of an image and a tag, further on",
      { imageId: "x", tag: "a", after },
      "SEARCH imagetags_events USING INDEX imagetags_events_by_image (image_id=? AND id<?)",
    ],
    ["of a tag", { tag: "a" }, "SEARCH imagetags_events USING INDEX imagetags_events_by_tag (tag=?)"],
    [
      "of a tag and a time",
      { tag: "a", ...times },
      "SEARCH imagetags_events USING INDEX imagetags_events_by_tag (tag=? AND id>? AND id<?)",
    ],
  ])("%s", async (_, said, plan) => {
    const calls: Call[] = [];
    const store = new SqlImageStore(recordingDatabase(new SqliteDatabase(file), calls));
    await store.walkTagEvents({ limit: 10, projectId: "alpha", withRecords: true, ...said });
    expect(calls.map((call) => planOf(file, call))).toEqual([[plan]]);
  });

  it("the images of events are found by their ids", async () => {
    const store = new SqlImageStore(new SqliteDatabase(file));
    const image = newImage({ tags: ["a"] });
    await store.createImage(image);
    const calls: Call[] = [];
    const recording = new SqlImageStore(recordingDatabase(new SqliteDatabase(file), calls));
    await recording.walkTagEvents({ limit: 10, projectId: "alpha", withRecords: false });
    expect(calls).toHaveLength(3);
    expect(planOf(file, calls[1] ?? { sql: "", parameters: [] })).toEqual([
      "SEARCH images USING INDEX sqlite_autoindex_images_1 (id=?)",
    ]);
    expect(planOf(file, calls[2] ?? { sql: "", parameters: [] })).toEqual([
      expect.stringMatching(/^SEARCH image_members USING .*INDEX .*\(image_id=\? AND member=\?/),
    ]);
  });

  it("the last event of an image is the end of a part of an index", () => {
    const { lastEvent } = compiled(file);
    const step = lastEvent.first({ imageId: "x" }).next();
    if (step.done === true) throw new Error("There is no statement.");
    expect(planOf(file, step.value)).toEqual([
      "SEARCH imagetags_events USING COVERING INDEX imagetags_events_by_image (image_id=?)",
    ]);
  });
});

function compiled(file: Database.Database) {
  const { queries, dialect } = new SqliteDatabase(file);
  return compileEventStatements(queries, dialect);
}

function planOf(file: Database.Database, { sql, parameters }: Call): string[] {
  return file
    .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...parameters)
    .map(({ detail }) => detail);
}
