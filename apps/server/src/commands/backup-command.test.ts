import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { runServer, MEMBER_TOKEN, startKnowing } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { openSqlite } from "../store/sqlite/open.ts";
import { newImage } from "../testing/make-image.ts";
import { imageRow, insertRows } from "../testing/image-rows.ts";
import { rawRequest } from "../testing/raw-request.ts";

const BACKUPS = 4;
const WRITERS = 8;
const TAGS = 4_000;

test("backups beside a server under writes are sound, and hold every removal answered before they began", async () => {
  using folder = temporaryFolder();
  const path = folder.at("data", "imagetags.db");
  await using server = await startKnowing(folder, {
    IMAGETAGS_TAG_QUOTA: "-1",
    IMAGETAGS_LOG_LEVEL: "error",
  });
  const { id } = imageRow();
  const tags = Array.from({ length: TAGS }, (_, index) => `tag-${index}`);
  const made = await rawRequest(server.port, {
    method: "POST",
    path: "/v2/images",
    headers: [["X-Auth-Token", MEMBER_TOKEN]],
    body: JSON.stringify({ id, tags }),
  });
  expect(made.status).toBe(201);
  fill(path);

  const answered: string[] = [];
  const queue = tags.values();
  let isOver = false;
  const writers = Array.from({ length: WRITERS }, async () => {
    for (const tag of queue) {
      if (isOver) return;
      const { status } = await rawRequest(server.port, {
        method: "DELETE",
        path: `/v2/images/${id}/tags/${tag}`,
        headers: [["X-Auth-Token", MEMBER_TOKEN]],
      });
      expect(status).toBe(204);
      answered.push(tag);
      await sleep(5);
    }
  });
  let during = 0;
  for (let round = 1; round <= BACKUPS; round += 1) {
    await sleep(50);
    const before = [...answered];
    const copy = folder.at(`copy-${round}.db`);
    const { code, stdout, stderr } = await runServer(["backup", copy], settings(path), folder.path);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(copy);
    during += answered.length - before.length;
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    const live = liveTags(copy, id);
    expect(before.filter((tag) => live.has(tag))).toEqual([]);
    expect(live.size).toBeGreaterThan(0);
  }
  isOver = true;
  await Promise.all(writers);
  expect(during).toBeGreaterThan(BACKUPS);
  expect(readdirSync(folder.path).filter((name) => name.startsWith("copy-"))).toEqual(
    Array.from({ length: BACKUPS }, (_, index) => `copy-${index + 1}.db`),
  );
}, 120_000);

test("a backup is one file, which a server opens in its turn", async () => {
  using folder = temporaryFolder();
  const image = newImage({ tags: ["kept"] });
  const { store } = await openSqlite(folder.at("images.db"));
  await store.createImage(image);
  const { code } = await runServer(["backup", "copy.db"], settings(folder.at("images.db")), folder.path);
  await store.close();
  expect(code).toBe(0);
  expect(readdirSync(folder.path).filter((name) => name.startsWith("copy"))).toEqual(["copy.db"]);
  const copy = await openSqlite(folder.at("copy.db"));
  expect((await copy.store.findImage({ imageId: image.id, projectId: "alpha" }))?.image.tags).toEqual([
    "kept",
  ]);
  await copy.store.close();
});

test("backup overwrites nothing, be it a file or a link that leads nowhere", async () => {
  using folder = temporaryFolder();
  const { store } = await openSqlite(folder.at("images.db"));
  await store.close();
  writeFileSync(folder.at("there"), "mine");
  symlinkSync("nowhere", folder.at("link"));
  for (const target of ["there", "link", "images.db"]) {
    const { code, stdout, stderr } = await runServer(
      ["backup", target],
      settings(folder.at("images.db")),
      folder.path,
    );
    expect({ code, stdout }, target).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^imagetags-server: [^\n]*it is there already\.\n$/);
  }
  expect(readFileSync(folder.at("there"), "utf8")).toBe("mine");
  expect(existsSync(folder.at("nowhere"))).toBe(false);
});

test("backup of what is no sound database leaves nothing behind", async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at("images.db"), "This is no database, but long enough to be looked at. ".repeat(40));
  const { code, stderr } = await runServer(
    ["backup", "copy.db"],
    settings(folder.at("images.db")),
    folder.path,
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^imagetags-server: The database [^\n]* was not backed up to [^\n]*not a database\.\n$/,
  );
  expect(readdirSync(folder.path)).toEqual(["images.db"]);
});

test.each([
  [["backup"], "sqlite:images.db", "the FILE to be made"],
  [["backup", "a", "b"], "sqlite:images.db", "the FILE to be made"],
  [["backup", "copy.db"], "sqlite:images.db", "There is no database at "],
  [["backup", "copy.db"], "mysql://root@localhost/glance", "mysqldump --single-transaction"],
  [["backup", "copy.db"], "postgres://root@localhost/glance", "pg_dump"],
])("%j of %s is refused in a line", async (args, url, named) => {
  using folder = temporaryFolder();
  const { code, stdout, stderr } = await runServer(args, { IMAGETAGS_DATABASE_URL: url }, folder.path);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^imagetags-server: [^\n]+\n$/);
  expect(stderr).toContain(named);
  expect(readdirSync(folder.path)).toEqual([]);
});

function settings(path: string): Record<string, string> {
  return { IMAGETAGS_DATABASE_URL: `sqlite:${path}` };
}

/** Makes the file some 40 MB large, so that much is written while it is copied. */
function fill(path: string): void {
  const file = new Database(path, { timeout: 5_000 });
  const image = imageRow();
  insertRows(file, "images", [image]);
  const properties = Array.from({ length: 1_000 }, (_, index) => ({
    image_id: image.id,
    name: `filler-${index}`,
    value: "x".repeat(40_000),
    created_at: image["created_at"],
    updated_at: image["updated_at"],
    deleted_at: null,
    deleted: 0,
  }));
  insertRows(file, "image_properties", properties);
  file.close();
}

/** The live tags of an image in a file, which must be sound. */
function liveTags(path: string, imageId: string): Set<string> {
  const file = new Database(path, { readonly: true });
  try {
    expect(file.pragma("integrity_check", { simple: true })).toBe("ok");
    const rows = file.prepare<[string], string>(
      "SELECT value FROM image_tags WHERE image_id = ? AND deleted = 0",
    );
    return new Set(rows.pluck().all(imageId));
  } finally {
    file.close();
  }
}
