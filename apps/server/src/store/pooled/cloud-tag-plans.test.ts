import { expect, test } from "vitest";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { imageRow, tagRow } from "../../testing/image-rows.ts";
import { cloudTagFilter } from "../../testing/list-filter.ts";
import { recordingDatabase } from "../../testing/recording-database.ts";
import { parseDatabaseUrl } from "../database-url.ts";
import { openDatabase } from "../open-database.ts";
import { SqlImageStore } from "../sql/sql-image-store.ts";
import type { Call } from "../sql/statement.ts";

describeOnDatabases(
  "a page of all tags on",
  (kind) => {
    test("is read from an index, in its order, and so are the images that bear each tag", async () => {
      const db = await kind.take();
      const images = Array.from({ length: 4_000 }, () => imageRow({ created_at: "2031-01-01 00:00:00" }));
      await db.insert("images", images);
      const tags = images.map(({ id }, index) => tagRow(id, `tag-${index % 2_000}`));
      await db.insert("image_tags", tags);
      await db.analyze();
      const limits = { poolSize: 1, connectTimeout: 10_000, statementTimeout: 10_000 };
      const { store, database } = await openDatabase({ location: parseDatabaseUrl(db.url), ...limits });
      const plans: string[] = [];
      for (const said of [{}, { after: "tag-1" }, { name: { begins: "tag-1" } }, { name: { is: "tag-7" } }]) {
        const calls: Call[] = [];
        await new SqlImageStore(recordingDatabase(database, calls)).listCloudTags(
          cloudTagFilter({ limit: 10, ...said }),
        );
        for (const { sql, parameters } of calls.slice(0, 2)) {
          const rows = await database.read(function* explain() {
            return (yield { sql: `EXPLAIN ${sql}`, parameters }).rows;
          });
          plans.push(JSON.stringify(rows));
        }
      }
      await store.close();
      await db.giveBack();
      for (const plan of plans) {
        expect(plan).toContain("imagetags_images_by_tag");
        expect(plan).not.toMatch(/Seq Scan on image(?:s|_tags)\b|"type":"ALL"/);
      }
      // The names come in the order of the index, but for a single one.
      for (const plan of [plans[0], plans[2], plans[4]])
        expect(plan).not.toMatch(/Sort|Hash|filesort|temporary/);
    });
  },
  (kind) => kind.isServer && !kind.hasGlancesImages,
);
