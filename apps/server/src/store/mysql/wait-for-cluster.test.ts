import { expect, test } from "vitest";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { parseDatabaseUrl } from "../database-url.ts";
import { Deadline } from "../pooled/deadline.ts";
import type { Session } from "../pooled/session.ts";
import { fieldOf } from "../sql/recognise-schema.ts";
import { MysqlPool } from "./pool.ts";

// A single server knows the setting too, though it waits for nobody.
describeOnDatabases(
  "a node of Galera, for which stands",
  (kind) => {
    test("waits for the others before a transaction and before each statement without one", async () => {
      const database = await kind.take();
      const location = parseDatabaseUrl(database.url);
      if (location.kind === "sqlite") throw new Error("It is no server.");
      const limits = { poolSize: 1, connectTimeout: 10_000, statementTimeout: 10_000 };
      const pool = new MysqlPool(location, limits, { isMariaDb: true, isGalera: true });
      try {
        const session = await pool.acquire(new Deadline(10_000));
        expect(await waits(session)).toBe(true);
        for (const mode of ["read", "change"] as const) {
          await session.begin(mode);
          expect(await waits(session)).toBe(false);
          await (mode === "read" ? session.commit() : session.rollback());
          expect(await waits(session)).toBe(true);
        }
        await session.begin("change");
        await session.commit();
        await session.begin("change");
        await session.rollback();
        session.release();
        const again = await pool.acquire(new Deadline(10_000));
        expect(again).toBe(session);
        expect(await waits(again)).toBe(true);
        again.release();
      } finally {
        await pool.close();
        await database.giveBack();
      }
    });
  },
  ({ name }) => name === "a new MariaDB database",
);

async function waits(session: Session): Promise<boolean> {
  const { rows } = await session.run({
    sql: "select @@session.wsrep_sync_wait = 7 as waits",
    parameters: [],
  });
  return Number(fieldOf(rows[0], "waits")) === 1;
}
