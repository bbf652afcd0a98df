import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { cuttableProxy } from "../../testing/cuttable-proxy.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { newImage } from "../../testing/make-image.ts";
import { Deadline } from "./deadline.ts";
import { openPool } from "./failover-pool.ts";
import type { PoolLimits } from "./session.ts";
import { StoreUnavailable, type ImageStore, type Permit } from "../../images/model/image-store.ts";
import { parseDatabaseUrl } from "../database-url.ts";
import { openDatabase } from "../open-database.ts";

const allow: Permit = () => undefined;
const own: Permit = Object.assign(() => undefined, { preauthorized: "own" as const });

async function untilAvailable(store: ImageStore): Promise<void> {
  while (
    !(await store.ping().then(
      () => true,
      () => false,
    ))
  )
    await sleep(20);
}

test.each([
  ["", 1],
  ["?load_balance_hosts=disable", 1],
  ["?load_balance_hosts=random", 6],
])("three servers of a URL with %j are tried in %i orders", async (parameters, count) => {
  const server = parseDatabaseUrl(`postgres://glance@a,b,c/glance${parameters}`);
  if (server.kind === "sqlite") throw new Error("It is no server.");
  const orders = new Set<string>();
  for (let start = 0; start < 300; start += 1) {
    const asked: string[] = [];
    const limits = { poolSize: 1, connectTimeout: 1_000, statementTimeout: 1_000 };
    const pool = openPool(server, limits, ({ host }) => ({
      async acquire() {
        asked.push(host);
        throw new StoreUnavailable("away");
      },
      close: async () => undefined,
    }));
    await expect(pool.acquire(new Deadline(1_000))).rejects.toThrow("away");
    orders.add(asked.join());
  }
  expect([...orders].toSorted()[0]).toBe("a,b,c");
  expect(orders.size).toBe(count);
});

describeOnDatabases(
  "a store with two servers in its URL on",
  (kind) => {
    test("uses one until it fails, then the other, and the first again when its turn comes", async () => {
      await using db = await openTwo();
      const tags = ["a", "b", "c", "d", "e", "f"];
      const image = newImage({ tags });
      await db.store.createImage(image);
      const key = { imageId: image.id, projectId: "alpha" };
      const [first, second] = db.proxies;
      expect(await db.store.removeTag(key, "a", own)).toBe("removed");
      first.cut();
      expect(await db.store.removeTag(key, "b", allow)).toBe("removed");
      expect(await db.store.removeTag(key, "c", own)).toBe("removed");
      first.restore();
      second.cut();
      expect(await db.store.removeTag(key, "d", allow)).toBe("removed");
      expect(await db.store.removeTag(key, "e", own)).toBe("removed");
      await db.store.ping();
      first.cut();
      await expect(db.store.removeTag(key, "f", allow)).rejects.toThrow(StoreUnavailable);
      second.restore();
      expect(await db.store.removeTag(key, "f", allow)).toBe("removed");
    });

    test("goes on with the second when the first falls silent, and with the first again", async () => {
      await using db = await openTwo({ statementTimeout: 600_000, probeTimeout: 1_000 });
      const image = newImage({ tags: ["a", "b", "c"] });
      await db.store.createImage(image);
      const key = { imageId: image.id, projectId: "alpha" };
      const [first, second] = db.proxies;
      first.holdReplies();
      expect(await db.store.removeTag(key, "a", allow)).toBe("removed");
      first.restore();
      second.cut();
      await untilAvailable(db.store);
      expect(await db.store.removeTag(key, "b", own)).toBe("removed");
    });

    test("refuses at once while all are silent, and waits for one that is slow", async () => {
      await using db = await openTwo({ statementTimeout: 600_000, probeTimeout: 300 });
      for (const proxy of db.proxies) proxy.holdReplies();
      const silent = "The database server does not answer.";
      await expect(db.store.ping()).rejects.toThrow(silent);
      for (let tries = 0; tries < 100; tries += 1) await expect(db.store.ping()).rejects.toThrow(silent);
      for (const proxy of db.proxies) proxy.restore();
      await untilAvailable(db.store);
      const slow = kind.name.includes("PostgreSQL") ? "select pg_sleep(1.5)" : "select sleep(1.5)";
      await db.database.autocommit(function* () {
        yield { sql: slow, parameters: [] };
      });
    });

    test("opens with the second where the first is away", async () => {
      await using db = await openTwo({ firstIsAway: true });
      await db.store.ping();
    });

    async function openTwo({
      firstIsAway = false,
      ...limits
    }: Partial<PoolLimits & { firstIsAway: boolean }> = {}) {
      const database = await kind.take();
      const location = parseDatabaseUrl(database.url);
      if (location.kind === "sqlite") throw new Error("It is no server.");
      const proxies = [await cuttableProxy(location), await cuttableProxy(location)] as const;
      if (firstIsAway) proxies[0].cut();
      const [host, ...others] = proxies.map(({ port }) => ({ host: "127.0.0.1", port }));
      const { store, database: base } = await openDatabase({
        location: { ...location, ...host, others },
        poolSize: 2,
        connectTimeout: 4_000,
        statementTimeout: 5_000,
        ...limits,
      });
      return {
        store,
        /** The database below the store. */
        database: base,
        proxies,
        async [Symbol.asyncDispose]() {
          for (const proxy of proxies) proxy.restore();
          await store.close();
          for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
          await database.giveBack();
        },
      };
    }
  },
  ({ isServer }) => isServer,
);
