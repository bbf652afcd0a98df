import { expect, test } from "vitest";
import type { TagEventWalk } from "../../images/model/tag-event.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { recordingDatabase } from "../../testing/recording-database.ts";
import { parseDatabaseUrl } from "../database-url.ts";
import { openDatabase } from "../open-database.ts";
import { eventIdAt } from "../sql/events/event-id.ts";
import { SqlImageStore } from "../sql/sql-image-store.ts";
import type { Call } from "../sql/statement.ts";

const EVENTS = 20_000;
const START = Date.UTC(2031) * 1_000;

describeOnDatabases(
  "a list of events on",
  (kind) => {
    test("is read from an index, in its order", async () => {
      const db = await kind.take();
      const limits = { poolSize: 1, connectTimeout: 10_000, statementTimeout: 10_000 };
      const { store, database } = await openDatabase({ location: parseDatabaseUrl(db.url), ...limits });
      const { queries, dialect } = database;
      const eventOf = (index: number) => ({
        id: dialect.toEventId(eventIdAt(START + index * 1_000)),
        image_id: `image-${index % 1_000}`,
        tag: `tag-${index % 500}`,
        added: true,
        owner: "alpha",
      });
      for (let start = 0; start < EVENTS; start += 1_000) {
        const rows = Array.from({ length: 1_000 }, (_, index) => eventOf(start + index));
        await database.change(function* insert() {
          yield queries.insertInto("imagetags_events").values(rows).compile();
        });
      }
      await database.change(function* analyze() {
        yield {
          sql: kind.name.includes("MariaDB") ? "ANALYZE TABLE imagetags_events" : "ANALYZE",
          parameters: [],
        };
      });
      const plans: Record<string, string> = {};
      const walks: Record<string, Partial<TagEventWalk>> = {
        all: { after: eventIdAt(START + 9_000_000) },
        image: { imageId: "image-7" },
        tag: { tag: "tag-7", after: eventIdAt(START + 9_000_000) },
      };
      for (const [name, said] of Object.entries(walks)) {
        const calls: Call[] = [];
        const recording = new SqlImageStore(recordingDatabase(database, calls));
        const { events } = await recording.walkTagEvents({
          limit: 10,
          projectId: null,
          withRecords: false,
          ...said,
        });
        expect(events.length, name).toBe(10);
        const [{ sql, parameters } = { sql: "", parameters: [] }] = calls;
        const rows = await database.read(function* explain() {
          return (yield { sql: `EXPLAIN ${sql}`, parameters }).rows;
        });
        plans[name] = JSON.stringify(rows);
      }
      await store.close();
      await db.giveBack();
      expect(plans["all"]).toMatch(/imagetags_events_pkey|"key":"PRIMARY"/);
      expect(plans["image"]).toContain("imagetags_events_by_image");
      expect(plans["tag"]).toContain("imagetags_events_by_tag");
      for (const plan of Object.values(plans)) expect(plan).not.toMatch(/Seq Scan|filesort|"type":"ALL"/);
    });
  },
  (kind) => kind.isServer && !kind.hasGlancesImages,
);
