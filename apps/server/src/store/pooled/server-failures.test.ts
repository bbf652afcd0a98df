import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { cuttableProxy, type CuttableProxy } from "../../testing/cuttable-proxy.ts";
import type { DatabaseKind } from "../../testing/database-kind.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { newImage } from "../../testing/make-image.ts";
import type { ServerDatabase } from "../../testing/database-kind.ts";
import { parseDatabaseUrl } from "../database-url.ts";
import type { NewImage } from "../../images/model/image-record.ts";
import {
  StoreFull,
  StoreUnavailable,
  UnstorableText,
  type ImageKey,
  type ImageStore,
  type Permit,
} from "../../images/model/image-store.ts";
import { openDatabase, type DatabaseSettings } from "../open-database.ts";

const allow: Permit = () => undefined;
const preauthorized: Permit = Object.assign(() => undefined, { preauthorized: "own" as const });

describeOnDatabases(
  "a store on",
  (kind) => {
    test("goes on when the server ended its connections", async () => {
      await using db = await openThrough(kind);
      const key = await imageWith(db.store, ["a", "b", "c"]);
      for (const tag of ["a", "b", "c"]) {
        await db.database.endOthers();
        // The last one comes before the process has learnt of it: the end may be read after the next statement
        // is sent.
        if (tag !== "c") await sleep(50);
        const removed = await db.store.updateImage(key, allow, (image) => ({
          fields: {},
          tags: new Set(image.tags.filter((one) => one !== tag)),
          properties: image.properties,
        }));
        expect(removed).toMatchObject({ tags: ["a", "b", "c"].filter((one) => one > tag) });
      }
    });

    test("is not available while the server is away, and is again when it is back", async () => {
      await using db = await openThrough(kind);
      const key = await imageWith(db.store, ["a"]);
      db.proxy.cut();
      await sleep(20);
      for (const call of [
        () => db.store.findImage(key),
        () => db.store.removeTag(key, "a", preauthorized),
        () => db.store.removeTag(key, "a", allow),
        () => db.store.addTag(key, "b", -1, allow),
        () => db.store.ping(),
      ]) {
        await expect(call()).rejects.toThrow(StoreUnavailable);
      }
      db.proxy.restore();
      await db.store.ping();
      expect(await db.store.removeTag(key, "a", preauthorized)).toBe("removed");
    });

    test("never tells what became of a removal whose answer was lost, and never does it again", async () => {
      await using db = await openThrough(kind, { poolSize: 1 });
      const key = await imageWith(db.store, ["a", "prepared"]);
      expect(await db.store.removeTag(key, "prepared", preauthorized)).toBe("removed");
      db.proxy.loseNextReply();
      await expect(db.store.removeTag(key, "a", preauthorized)).rejects.toThrow(StoreUnavailable);
      // It happened, which nobody could know.
      expect((await db.store.findImage(key))?.image.tags).toEqual([]);
    });

    test("does a change again whose connection was lost before the commit", async () => {
      await using db = await openThrough(kind);
      const key = await imageWith(db.store, ["a"]);
      let tries = 0;
      const precondition = (): undefined => {
        tries += 1;
        if (tries === 1) db.proxy.loseNextReply();
      };
      expect(await db.store.removeTag({ ...key, precondition }, "a", allow)).toBe("removed");
      expect(tries).toBe(2);
    });

    test("gives up a connection that does not answer", async () => {
      await using db = await openThrough(kind, { poolSize: 1, statementTimeout: 100 });
      // On a busy machine anything may take longer than the limit.
      const patiently = <T>(work: () => Promise<T>) => vi.waitFor(work, { timeout: 30_000, interval: 10 });
      const key = await patiently(() => imageWith(db.store, ["a", "prepared"]));
      await patiently(() => db.store.removeTag(key, "prepared", preauthorized));
      db.proxy.holdReplies();
      await expect(db.store.removeTag(key, "a", preauthorized)).rejects.toThrow(StoreUnavailable);
      await patiently(async () => {
        const tags = (await db.database.rows()).get("image_tags") ?? [];
        const row = tags.find(({ image_id, value }) => image_id === key.imageId && value === "a");
        expect(row).not.toMatchObject({ deleted: 0 });
      });
      db.proxy.restore();
      expect(await patiently(() => db.store.removeTag(key, "a", preauthorized))).toBe("no-tag");
    });

    test("waits for another's lock of the image for a while only", async () => {
      await using db = await openThrough(kind, { statementTimeout: 1_000, poolSize: 4 });
      const key = await imageWith(db.store, ["a", "b"]);
      const other = await imageWith(db.store, ["a"]);
      const unlock = await db.database.lockImage(key.imageId);
      const late = db.store.addTag(key, "c", -1, allow).catch((error: unknown) => error);
      const refused = db.store.removeTag(key, "a", preauthorized).catch((error: unknown) => error);
      expect(await db.store.removeTag(other, "a", preauthorized)).toBe("removed");
      expect((await db.store.findImage(key))?.image.tags).toEqual(["a", "b"]);
      expect(await refused).toBeInstanceOf(StoreUnavailable);
      expect(await late).toBeInstanceOf(StoreUnavailable);
      const patient = db.store.removeTag(key, "a", preauthorized);
      await sleep(100);
      await unlock();
      expect(await patient).toBe("removed");
      expect((await db.store.findImage(key))?.image.tags).toEqual(["b"]);
    });

    test("waits for a connection for a while only when all are in use", async () => {
      await using db = await openThrough(kind, {
        poolSize: 1,
        connectTimeout: 1_000,
        statementTimeout: 5_000,
      });
      const key = await imageWith(db.store, ["a"]);
      const unlock = await db.database.lockImage(key.imageId);
      // This change waits for the lock with its connection, which a batch of removals must not do.
      const first = db.store.addTag(key, "b", -1, allow);
      await expect(db.store.findImage(key)).rejects.toThrow(StoreUnavailable);
      await unlock();
      expect(await first).toBe("added");
      expect(await db.store.findImage(key)).toBeDefined();
    });

    test("refuses what its columns have no room for by name, and nothing is written", async () => {
      await using db = await openThrough(kind);
      const key = await imageWith(db.store, ["a"]);
      const before = await db.database.rows();
      const wide = kind.holdsWide ? "a\ud800" : "\u{1f600}";
      const refusals: [() => Promise<unknown>, string][] = [
        [() => db.store.addTag(key, wide, -1, allow), "tag"],
        [() => db.store.replaceTags(key, new Set(["b", wide]), allow), "tag"],
        [() => db.store.createImage(newImage({ name: wide })), "name"],
        [() => db.store.createImage(newImage({ properties: new Map([[wide, "x"]]) })), "property"],
        [() => db.store.createImage(newImage({ properties: new Map([["x", wide]]) })), "property x"],
        [() => db.store.addMember(key, wide, 9, allow), "member"],
      ];
      for (const [change, named] of refusals) {
        const refused = change();
        await expect(refused).rejects.toThrow(UnstorableText);
        await expect(refused).rejects.toThrow(named);
      }
      expect(await db.store.removeTag(key, wide, preauthorized)).toBe("no-tag");
      expect(await db.database.rows()).toEqual(before);
    });

    test.runIf(kind.folds)("refuses two properties whose names its collation takes for one", async () => {
      await using db = await openThrough(kind);
      const image = newImage({
        properties: new Map([
          ["Os", "a"],
          ["os", "b"],
        ]),
      });
      await expect(db.store.createImage(image)).rejects.toThrow('the name of the property "os"');
      expect(await db.store.findImage({ imageId: image.id, projectId: "alpha" })).toBeUndefined();
    });
  },
  (kind) => kind.isServer,
);

describeOnDatabases(
  "a store whose server cannot be written to, on",
  (kind) => {
    test("says so in its health, reads on, and keeps no connection to it once there is another", async () => {
      await using db = await openThrough(kind);
      await using operator = await openThrough(kind, {}, db.database.url);
      // The setting holds for later connections. The earlier ones are as to another server at the same address.
      const setReadOnly = (value: "on" | "off") =>
        operator.base.autocommit(function* () {
          const setting = `set default_transaction_read_only = ${value}', current_database())`;
          yield { sql: `do $$ begin execute format('alter database %I ${setting}; end $$`, parameters: [] };
        });
      const key = await imageWith(db.store, ["a", "b", "c"]);
      await setReadOnly("on");
      await db.database.endOthers();
      for (let tries = 0; tries < 3; tries += 1) {
        await expect(db.store.ping()).rejects.toThrow("cannot be written to (25006)");
        await expect(db.store.removeTag(key, "a", allow)).rejects.toThrow("cannot be written to (25006)");
        await expect(db.store.removeTag(key, "a", preauthorized)).rejects.toThrow(
          "cannot be written to (25006)",
        );
      }
      expect((await db.store.findImage(key))?.image.tags).toEqual(["a", "b", "c"]);
      await operator.base.autocommit(function* () {
        yield { sql: "set default_transaction_read_only = off", parameters: [] };
      });
      await setReadOnly("off");
      expect(await db.store.removeTag(key, "a", allow)).toBe("removed");
      expect(await db.store.removeTag(key, "b", preauthorized)).toBe("removed");
      await db.store.ping();
    });
  },
  ({ name }) => name.includes("PostgreSQL"),
);

describeOnDatabases(
  "a store whose database has no room, on",
  (kind) => {
    test("says so in its health until a change is done, and reads on", async () => {
      await using db = await openThrough(kind);
      const run = (sql: string) =>
        db.base.autocommit(function* () {
          yield { sql, parameters: [] };
        });
      const key = await imageWith(db.store, ["a"]);
      // An error of this code is what the server itself answers on a full disk.
      await run(`create function no_room() returns trigger language plpgsql as
        $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`);
      await run("create trigger no_room before insert on image_tags execute function no_room()");
      try {
        await db.store.ping();
        await expect(db.store.addTag(key, "b", -1, allow)).rejects.toThrow("has no room (53100)");
        await expect(db.store.ping()).rejects.toThrow(StoreFull);
        expect((await db.store.findImage(key))?.image.tags).toEqual(["a"]);
      } finally {
        await run("drop function no_room cascade");
      }
      expect(await db.store.addTag(key, "b", -1, allow)).toBe("added");
      await db.store.ping();
    });
  },
  ({ name }) => name.includes("PostgreSQL"),
);

/** A store whose connections go through a proxy. The database is one of its own, or that of a URL. */
async function openThrough(kind: DatabaseKind, limits: Partial<DatabaseSettings> = {}, url?: string) {
  const database: ServerDatabase & { giveBack(): Promise<void> } = await kind.take();
  const location = parseDatabaseUrl(url ?? database.url);
  if (location.kind === "sqlite") throw new Error("It is no server.");
  const proxy: CuttableProxy = await cuttableProxy(location);
  const { store, database: base } = await openDatabase({
    location: { ...location, host: "127.0.0.1", port: proxy.port },
    poolSize: 2,
    connectTimeout: 10_000,
    statementTimeout: 10_000,
    ...limits,
  });
  return {
    database,
    proxy,
    store,
    /** The database below the store. */
    base,
    async [Symbol.asyncDispose]() {
      proxy.restore();
      await store.close();
      await proxy[Symbol.asyncDispose]();
      await database.giveBack();
    },
  };
}

async function imageWith(store: ImageStore, tags: string[], said: Partial<NewImage> = {}): Promise<ImageKey> {
  const image = newImage({ tags, ...said });
  await store.createImage(image);
  return { imageId: image.id, projectId: "alpha" };
}
