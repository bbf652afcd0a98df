import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { parseDatabaseUrl } from "../database-url.ts";
import { MIGRATION_LEASE_TABLE } from "../migrations/index.ts";
import { withSession } from "../pooled/open-pooled.ts";
import { withMigrationLease } from "./migration-lease.ts";
import { MysqlPool } from "./pool.ts";

describeOnDatabases(
  "the lease of a migration on",
  (kind) => {
    test("is held by one at a time, and by the next when its holder fails", async () => {
      await using opened = await openPool(kind.makeEmpty);
      let holders = 0;
      const seen: number[] = [];
      const held = Array.from({ length: 4 }, (_, index) =>
        withMigrationLease(opened.pool, async () => {
          holders += 1;
          seen.push(holders);
          await sleep(50);
          holders -= 1;
          if (index % 2 === 0) throw new Error("failed");
          return index;
        }),
      );
      const outcomes = await Promise.allSettled(held);
      expect(outcomes.map(({ status }) => status)).toEqual([
        "rejected",
        "fulfilled",
        "rejected",
        "fulfilled",
      ]);
      expect(seen).toEqual([1, 1, 1, 1]);
    });

    test("is taken when its holder ended and did not renew it", async () => {
      await using opened = await openPool(kind.makeEmpty);
      await withMigrationLease(opened.pool, async () => undefined);
      const leave = (ends: string) =>
        withSession(opened.pool, (session) => {
          const sql = `update ${MIGRATION_LEASE_TABLE} set holder = 'gone', ends = ${ends}`;
          return session.run({ sql, parameters: [] });
        });
      await leave("utc_timestamp() + interval 1 second");
      const start = performance.now();
      expect(await withMigrationLease(opened.pool, async () => "done")).toBe("done");
      expect(performance.now() - start).toBeGreaterThan(900);
    });
  },
  ({ name }) => name === "a new MariaDB database",
);

async function openPool(makeEmpty: () => Promise<{ url: string; drop(): Promise<void> }>) {
  const { url, drop } = await makeEmpty();
  const location = parseDatabaseUrl(url);
  if (location.kind === "sqlite") throw new Error("It is no server.");
  const limits = { poolSize: 4, connectTimeout: 10_000, statementTimeout: 10_000 };
  const pool = new MysqlPool(location, limits, { isMariaDb: true, isGalera: false });
  return {
    pool,
    async [Symbol.asyncDispose]() {
      await pool.close();
      await drop();
    },
  };
}
