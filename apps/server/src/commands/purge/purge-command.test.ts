import { copyFileSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { launch, type Ended } from "@imagetags/testing/processes/program";
import { runServer, SERVER } from "@imagetags/testing/server/start-server";
import { temporaryFolder, type TemporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { openSqlite } from "../../store/sqlite/open.ts";
import { GLANCE_FILE } from "../../testing/glance-file.ts";
import { imageRow, insertRows, tagRow } from "../../testing/image-rows.ts";

function purge(folder: TemporaryFolder, ...args: string[]): Promise<Ended> {
  return runServer(["purge", ...args], { IMAGETAGS_DATABASE_URL: "sqlite:images.db" }, folder.path);
}

/** Images that were deleted long ago. Returns how many of them are left. */
function deletedImages(folder: TemporaryFolder): () => unknown {
  const path = folder.at("images.db");
  const file = new Database(path);
  const deleted = { deleted: 1, deleted_at: "2020-01-01 00:00:00.000000" };
  insertRows(file, "images", [imageRow({ ...deleted, name: "long-gone" })]);
  file.close();
  return () => {
    const again = new Database(path, { readonly: true });
    const count = again.prepare("SELECT count(*) FROM images WHERE name = 'long-gone'").pluck().get();
    again.close();
    return count;
  };
}

test("purge --dry-run counts, purge removes, and both say how many rows of each table", async () => {
  using folder = temporaryFolder();
  const { store } = await openSqlite(folder.at("images.db"));
  await store.close();
  const left = deletedImages(folder);

  const dry = await purge(folder, "--older-than", "30d", "--dry-run");
  expect(dry).toMatchObject({ code: 0, stderr: "" });
  expect(dry.stdout).toMatch(/^ {2}images {12}1 to remove$/m);
  expect(dry.stdout).toMatch(/^ {2}imagetags_events {2}0 to remove, of before \d{4}-\d\d-\d\dT\S+Z$/m);
  expect(left()).toBe(1);

  const { code, stdout } = await purge(folder, "--older-than", "30d");
  expect(code).toBe(0);
  expect(stdout).toMatch(/images\.db: rows that were deleted before \d{4}-\d\d-\d\dT/);
  for (const table of ["image_members", "image_locations", "image_properties", "image_tags"]) {
    expect(stdout).toMatch(new RegExp(`^  ${table} +0 removed$`, "m"));
  }
  expect(stdout).toMatch(/^ {2}images {12}1 removed$/m);
  expect(left()).toBe(0);
});

test("purge leaves the images of a database of Glance's, as Glance does, unless --images is given", async () => {
  using folder = temporaryFolder();
  copyFileSync(GLANCE_FILE, folder.at("images.db"));
  const left = deletedImages(folder);
  const { stdout } = await purge(folder, "--older-than", "30d");
  expect(stdout).toContain("left, as Glance's own purge does; --images removes them");
  expect(left()).toBe(1);
  expect((await purge(folder, "--older-than", "30d", "--images")).code).toBe(0);
  expect(left()).toBe(0);
});

test("purge ends between two batches at SIGINT, says so, and goes on the next time", async () => {
  using folder = temporaryFolder();
  const { store } = await openSqlite(folder.at("images.db"));
  await store.close();
  const file = new Database(folder.at("images.db"));
  const image = imageRow();
  insertRows(file, "images", [image]);
  const dead = { deleted: 1, deleted_at: "2020-01-01 00:00:00.000000" };
  const tags = Array.from({ length: 50_000 }, (_, index) => ({ ...tagRow(image.id, `t-${index}`), ...dead }));
  insertRows(file, "image_tags", tags);
  const count = () => Number(file.prepare("SELECT count(*) FROM image_tags").pluck().get());

  await using run = launch({
    name: "The purge",
    command: process.execPath,
    args: [SERVER, "purge", "--older-than", "1h"],
    folder: folder.path,
    env: { IMAGETAGS_DATABASE_URL: "sqlite:images.db" },
  });
  while (count() === tags.length && !run.hasEnded()) await sleep(5);
  run.signal("SIGINT");
  const { code, stdout, stderr } = await run.ended();
  const left = count();
  file.close();
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: "imagetags-server: Interrupted. What was removed stays removed; the same command goes on.\n",
  });
  expect(left).toBeGreaterThan(0);
  expect(left % 500).toBe(0);
  expect(stdout).toContain(`image_tags        ${tags.length - left} removed\n`);
  expect((await purge(folder, "--older-than", "1h")).stdout).toContain(`image_tags        ${left} removed\n`);
}, 60_000);

test("purge makes no database where there is none", async () => {
  using folder = temporaryFolder();
  const { code, stderr } = await purge(folder, "--older-than", "30d");
  expect(code).toBe(2);
  expect(stderr).toMatch(/^imagetags-server: There is no database at .*images\.db\.\n$/);
  expect(readdirSync(folder.path)).toEqual([]);
});

test.each([
  [[], "--older-than"],
  [["--older-than", "30"], '"30"'],
  [["--older-than", "59m"], '"59m"'],
  [["--older-than", "0d"], '"0d"'],
  [["--older-than", "-1d"], "--older-than"],
  [["--older-than", "36501d"], '"36501d"'],
  [["--older-than", "30d", "now"], "now"],
])("purge %j is refused by name", async (args, named) => {
  using folder = temporaryFolder();
  const { code, stdout, stderr } = await purge(folder, ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^imagetags-server: /);
  expect(stderr).toContain(named);
});
