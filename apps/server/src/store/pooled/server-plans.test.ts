import { expect, test } from "vitest";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { imageRow, tagRow } from "../../testing/image-rows.ts";
import { parseDatabaseUrl } from "../database-url.ts";
import { openDatabase } from "../open-database.ts";
import { PooledDatabase } from "./pooled-database.ts";
import type { Call } from "../sql/statement.ts";
import { compileStatements } from "../sql/statements.ts";

describeOnDatabases(
  "the statements of a removal on",
  (kind) => {
    test("find their rows by an index of the image's id and of the tag", async () => {
      const db = await kind.take();
      const images = Array.from({ length: 2_000 }, () => imageRow({ created_at: "2031-01-01 00:00:00" }));
      await db.insert("images", images);
      const tags = images.flatMap(({ id }) =>
        Array.from({ length: 4 }, (_, index) => tagRow(id, `tag-${index}`)),
      );
      await db.insert("image_tags", tags);
      await db.analyze();
      const location = parseDatabaseUrl(db.url);
      const limits = { poolSize: 1, connectTimeout: 10_000, statementTimeout: 10_000 };
      const { store, database } = await openDatabase({ location, ...limits });
      if (!(database instanceof PooledDatabase)) throw new Error("The database is no server.");
      const sql = compileStatements(database.queries, database.dialect);
      const key = { imageId: images[7]?.id ?? "", projectId: "alpha", owner: "alpha", visibility: "private" };
      const values = { ...key, tag: "tag-3", now: "2031-01-01 00:00:00", protected: false };
      const calls: Record<string, Call> = {};
      for (const name of ["findAccessAndTag", "removeTag", "findTag", "lockImage", "touchImage"] as const) {
        const step = sql[name].run(values).next();
        if (step.done !== false) throw new Error(`There is no statement ${name}.`);
        calls[name] = step.value;
      }
      // Of another version nothing would be planned at all.
      const rules = database.holdsRules ? await database.change(() => sql.rulesVersion.first({})) : undefined;
      const removal = { tag: "tag-3", owner: "alpha", rulesVersion: rules?.version ?? undefined };
      const removals = images.slice(0, 4).map(({ id }) => ({ imageId: id, ...removal }));
      const { batchRemoval } = database;
      for (const [name, batch] of [
        ["one removal", removals.slice(0, 1)],
        ["several removals", removals],
      ] as const) {
        const step = batchRemoval.steps(batch, Date.UTC(2032) * 1_000).next();
        if (step.done === true) throw new Error(`There is no statement of ${name}.`);
        calls[name] = step.value;
      }
      const plans: Record<string, string> = {};
      for (const [name, call] of Object.entries(calls)) {
        const rows = await database.change(function* () {
          return (yield { sql: `EXPLAIN ${call.sql}`, parameters: call.parameters }).rows;
        });
        plans[name] = JSON.stringify(rows);
      }
      await store.close();
      await db.giveBack();
      for (const [name, plan] of Object.entries(plans)) {
        // These read a whole table or a whole index: `ALL` and `index` on MariaDB.
        expect(plan, name).not.toMatch(/Seq Scan on image(?:s|_tags)\b|"type":"(?:ALL|index)"/);
      }
      // Both columns of the index are used. On MariaDB its key is as long as the two.
      const byTag =
        /Index Cond: [^"]*image_id[^"]*value|Index Cond: [^"]*value[^"]*image_id|"key_len":"(?:877|11\d\d)"/;
      for (const name of ["removeTag", "findTag", "findAccessAndTag", "one removal", "several removals"]) {
        expect(plans[name], name).toMatch(byTag);
      }
    });
  },
  (kind) => kind.isServer,
);
