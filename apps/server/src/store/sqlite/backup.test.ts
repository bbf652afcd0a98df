import { readdirSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { backUpSqlite } from "./backup.ts";
import { openSqlite } from "./open.ts";

const never = new AbortController().signal;

test("a backup that is interrupted leaves nothing behind", async () => {
  using folder = temporaryFolder();
  const { store } = await openSqlite(folder.at("images.db"));
  await store.close();
  const before = readdirSync(folder.path);
  const interrupted = AbortSignal.abort(new Error("it was interrupted"));
  await expect(backUpSqlite(folder.at("images.db"), folder.at("copy.db"), interrupted)).rejects.toThrow(
    /was not backed up to .*copy\.db: it was interrupted\.$/,
  );
  expect(readdirSync(folder.path)).toEqual(before);
});

test("a database that is neither empty nor an image service's is not taken for one", async () => {
  using folder = temporaryFolder();
  const file = new Database(folder.at("other.db"));
  file.exec("CREATE TABLE people (name TEXT)");
  file.close();
  await expect(backUpSqlite(folder.at("other.db"), folder.at("copy.db"), never)).rejects.toThrow(
    /neither empty nor a Glance database/,
  );
  expect(readdirSync(folder.path)).toEqual(["other.db"]);
});

test("a folder that is not there is named as that", async () => {
  using folder = temporaryFolder();
  const { store } = await openSqlite(folder.at("images.db"));
  await store.close();
  await expect(backUpSqlite(folder.at("images.db"), folder.at("none/copy.db"), never)).rejects.toThrow(
    /none\/copy\.db: there is no such folder\.$/,
  );
});
