import { rmSync, writeFileSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { describe, expect, it, test, vi } from "vitest";
import { StorageFull } from "../../images/model/image-data-store.ts";
import { StoreFull, StoreReadOnly } from "../../images/model/image-store.ts";
import { NotReady } from "../../health/not-ready.ts";
import { Readiness, type ReadinessParts } from "../../health/readiness.ts";
import { ask } from "../../testing/api.ts";
import { startGlanceStandIn } from "@imagetags/testing/glance/stand-in-glance";
import { startKeystone } from "../../testing/keystone-server.ts";
import { jsonOf } from "../../testing/raw-request.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";

const anonymous = { as: "NOBODY" } as const;

/** Asks until a path is answered so. A state is remembered for a moment. */
async function expectStatus(server: TestServer, path: string, status: number) {
  await expect.poll(async () => (await ask(server, "GET", path, anonymous)).status).toBe(status);
  return await ask(server, "GET", path, anonymous);
}

function obstaclesIn(reply: { readonly body: string }): string[] {
  const { obstacles } = JSON.parse(reply.body);
  return obstacles.map(({ obstacle }: { obstacle: string }) => obstacle);
}

it.each([
  ["/livez", { status: "live" }],
  ["/readyz", { status: "ready" }],
])("%s answers any method with JSON, without a token", async (path, body) => {
  await using server = await startTestServer();
  for (const method of ["GET", "POST", "OPTIONS", "DELETE"]) {
    const reply = await ask(server, method, `${path}?a`, anonymous);
    expect([reply.status, jsonOf(reply)]).toEqual([200, body]);
  }
  expect((await ask(server, "HEAD", path, anonymous)).body).toBe("");
  for (const other of [`${path}/`, `${path}x`]) {
    expect((await ask(server, "GET", other, anonymous)).status).toBe(404);
  }
});

it("/readyz and /healthcheck are 503 while a file is there that takes the server out of service", async () => {
  using folder = temporaryFolder();
  const file = folder.at("disabled");
  await using server = await startTestServer({ env: { IMAGETAGS_DISABLE_BY_FILE: file } });
  await expectStatus(server, "/readyz", 200);
  writeFileSync(file, "");
  for (const path of ["/readyz", "/healthcheck"]) {
    const reply = await ask(server, "GET", path, anonymous);
    expect([reply.status, jsonOf(reply)]).toMatchObject([503, { error: { reason: "not-ready" } }]);
    expect(Number(reply.headers["retry-after"])).toBeGreaterThan(0);
    expect(obstaclesIn(reply)).toEqual(["disabled-by-file"]);
    expect(reply.body).not.toContain(folder.path);
  }
  expect((await ask(server, "GET", "/livez", anonymous)).status).toBe(200);
  expect((await ask(server, "GET", "/v2/images")).status).toBe(200);
  rmSync(file);
  expect((await ask(server, "GET", "/readyz", anonymous)).status).toBe(200);
});

it("/readyz is 503 from the word to stop on, while requests are still answered", async () => {
  await using server = await startTestServer({ env: { IMAGETAGS_DRAIN_DELAY: "0.2" } });
  const announced = server.running.announceEnd();
  for (const path of ["/readyz", "/healthcheck"]) {
    const reply = await ask(server, "GET", path, anonymous);
    expect([reply.status, obstaclesIn(reply)]).toEqual([503, ["draining"]]);
  }
  expect((await ask(server, "GET", "/v2/images")).status).toBe(200);
  await announced;
});

it("/readyz tells a database that has failed, and one whose tables are of another version", async () => {
  await using server = await startTestServer();
  const file = new Database(server.databasePath);
  file.exec("ALTER TABLE images RENAME TO elsewhere");
  expect(obstaclesIn(await expectStatus(server, "/readyz", 503))).toEqual(["database-unavailable"]);
  expect((await ask(server, "GET", "/livez", anonymous)).status).toBe(200);
  file.exec("ALTER TABLE elsewhere RENAME TO images");
  await expectStatus(server, "/readyz", 200);
  for (const change of [
    "DELETE FROM imagetags_migration WHERE name = '0002-live-tags'",
    "DROP TABLE imagetags_migration",
  ]) {
    file.exec("BEGIN");
    file.exec(change);
    file.exec("COMMIT");
    expect(obstaclesIn(await expectStatus(server, "/readyz", 503))).toEqual(["schema-outdated"]);
    expect((await ask(server, "GET", "/healthcheck", anonymous)).status).toBe(200);
  }
  file.close();
});

it("/readyz is 503 until Keystone was reached once, for which it tries itself, and not when that is away later", async () => {
  await using keystone = await startKeystone();
  await keystone.down();
  await using server = await startTestServer({ env: { ...keystone.env } });
  const reply = await expectStatus(server, "/readyz", 503);
  expect(obstaclesIn(reply)).toEqual(["identity-never-reached"]);
  expect(reply.body).not.toContain(keystone.url);
  await keystone.up();
  await expectStatus(server, "/readyz", 200);
  await keystone.down();
  await expectStatus(server, "/readyz", 200);
});

it("/livez and /readyz are this server's own in front of Glance", async () => {
  await using glance = await startGlanceStandIn();
  await using server = await startTestServer({ env: { IMAGETAGS_GLANCE_URL: glance.url } });
  for (const path of ["/livez", "/readyz", "/healthcheck"]) {
    for (const method of ["GET", "OPTIONS"]) {
      expect((await ask(server, method, path, anonymous)).status).toBe(200);
    }
  }
  expect(glance.arrived).toEqual([]);
});

describe("of what a server cannot do without", () => {
  const sound: ReadinessParts = {
    database: { ping: () => Promise.resolve(), isSchemaCurrent: () => Promise.resolve(true) },
    identity: {},
    checkRoom: () => Promise.resolve(),
    disableFile: undefined,
    report: () => undefined,
  };
  const failing = (ping: () => Promise<void>) => ({ ...sound, database: { ...sound.database, ping } });
  const secret = new Error("password=hunter2");

  test.each<[obstacle: string, parts: ReadinessParts]>([
    ["database-full", failing(() => Promise.reject(new StoreFull("x", { cause: secret })))],
    ["database-read-only", failing(() => Promise.reject(new StoreReadOnly("x", { cause: secret })))],
    ["database-unavailable", failing(() => Promise.reject(secret))],
    ["storage-full", { ...sound, checkRoom: () => Promise.reject(new StorageFull("x")) }],
    ["storage-unavailable", { ...sound, checkRoom: () => Promise.reject(secret) }],
  ])("%s is told, in words of our own", async (obstacle, parts) => {
    const error = await new Readiness(parts).check().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NotReady);
    expect(error).toMatchObject({ obstacles: [{ obstacle }] });
    expect(String(error)).not.toContain("hunter2");
  });

  test("all that stands in the way is told together", async () => {
    const readiness = new Readiness({
      ...failing(() => Promise.reject(secret)),
      checkRoom: () => Promise.reject(new StorageFull("x")),
    });
    readiness.drain();
    await expect(readiness.check()).rejects.toMatchObject({
      obstacles: [
        { obstacle: "draining" },
        { obstacle: "database-unavailable" },
        { obstacle: "storage-full" },
      ],
    });
  });

  test("the log is told when that changes, and not of each question", async () => {
    let isFull = true;
    const told: string[] = [];
    const readiness = new Readiness({
      ...sound,
      disableFile: import.meta.filename,
      checkRoom: () => (isFull ? Promise.reject(new StorageFull("x")) : Promise.resolve()),
      report: (sentence) => told.push(sentence),
    });
    for (let time = 0; time < 3; time += 1) await expect(readiness.check()).rejects.toThrow(NotReady);
    expect(told).toEqual([expect.stringMatching(/^Not ready: The file .* The disk of IMAGETAGS_DATA_DIR /)]);
    isFull = false;
    await expect.poll(async () => (await readiness.check().catch(() => told)) && told.length).toBe(2);
    expect(told[1]).toMatch(/^Not ready: The file that IMAGETAGS_DISABLE_BY_FILE names is there\.$/);
  });

  test("strangers who ask a thousand times make no more work than one", async () => {
    const ping = vi.fn(() => Promise.resolve());
    const readiness = new Readiness(failing(ping));
    await Promise.all(
      Array.from({ length: 1_000 }, () => Promise.all([readiness.check(), readiness.checkDatabase()])),
    );
    expect(ping).toHaveBeenCalledOnce();
  });
});
