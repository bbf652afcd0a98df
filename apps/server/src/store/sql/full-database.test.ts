import { expect, test } from "vitest";
import { StoreFull, StoreUnavailable, type Permit } from "../../images/model/image-store.ts";
import { newImage } from "../../testing/make-image.ts";
import { toFailure as mysqlFailure } from "../mysql/failures.ts";
import { postgresDialect, postgresQueries } from "../postgres/dialect.ts";
import { Moments } from "./moments.ts";
import { SqlImageStore } from "./sql-image-store.ts";

const own: Permit = Object.assign(() => undefined, { preauthorized: "own" as const });

/** A store whose database refuses changes with an error, and can be read. */
function storeOver(refusal: Error): SqlImageStore {
  return new SqlImageStore({
    queries: postgresQueries,
    dialect: postgresDialect("UTF8"),
    moments: new Moments(() => new Date()),
    recordsEvents: false,
    change: () => Promise.reject(refusal),
    autocommit: () => Promise.reject(refusal),
    read: () => Promise.reject(refusal),
    probe: async () => undefined,
    removePreauthorized: () => Promise.reject(refusal),
    overloaded: () => false,
    close: async () => undefined,
  });
}

const key = { imageId: "11111111-1111-4111-8111-111111111111", projectId: "alpha" };

test.each([
  ["a change", (store: SqlImageStore) => store.createImage(newImage())],
  ["a removal in a batch", (store: SqlImageStore) => store.removeTag(key, "a", own)],
])("a database that had no room for %s is not healthy", async (_, change) => {
  const store = storeOver(new StoreFull("SQLITE_FULL", undefined));
  await store.ping();
  await expect(change(store)).rejects.toThrow(StoreFull);
  await expect(store.ping()).rejects.toThrow("no room for a change (SQLITE_FULL)");
});

test("a database that refused a change for another reason is", async () => {
  const store = storeOver(new StoreUnavailable("locked"));
  await expect(store.createImage(newImage())).rejects.toThrow("locked");
  await store.ping();
});

test.each([
  [1021, "Disk full (/tmp/x); waiting for someone to free some space... (errno: 28)"],
  [1114, "The table 'images' is full"],
  [1026, "Error writing file '/var/log/mysql/bin' (Errcode: 28 \"No space left on device\")"],
  [1180, 'Got error 28 "No space left on device" during COMMIT'],
])("MariaDB's error %i, %s, is a full database", (errno, message) => {
  const error = Object.assign(new Error(message), { errno, sqlState: "HY000", code: "ER_X" });
  expect(mysqlFailure(error)).toBeInstanceOf(StoreFull);
});
