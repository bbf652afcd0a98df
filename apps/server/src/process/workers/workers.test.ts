import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { faultOf } from "@imagetags/testing/history/fault";
import { runHistory } from "@imagetags/testing/history/run-history";
import { faultsInTables } from "@imagetags/testing/history/table-faults";
import { MEMBER_TOKEN, runServer, startKnowing, startServer } from "@imagetags/testing/server/start-server";
import { IS_WHOLE } from "@imagetags/testing/test-matrix";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { readTokenFile } from "../../identity/token-file.ts";
import { describe, expect, test, vi } from "vitest";
import type { StoreUnderTest } from "../../testing/database-kind.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { makeImage } from "../../testing/api.ts";
import { rawRequest } from "../../testing/raw-request.ts";
import { workersOf } from "../../testing/workers-of.ts";
import { CALLER_TOKENS } from "../../testing/test-server.ts";
import { beginUpload, READY, untilStatus, upload } from "../../testing/upload.ts";

const QUOTA = 5;
/** Servers are slow to start where the machine has much else to do. */
const timeout = 180_000;
const settingsOf = (database: StoreUnderTest, workers: number) => ({
  IMAGETAGS_DATABASE_URL: database.url,
  IMAGETAGS_WORKERS: String(workers),
  IMAGETAGS_TAG_QUOTA: String(QUOTA),
});

describeOnDatabases(
  "several workers over",
  (kind) => {
    test(
      "tell of the start once, know the first token, are not ready from SIGTERM on, and leave with 0",
      { timeout },
      async () => {
        using folder = temporaryFolder();
        await using database = await kind.open();
        const settings = { ...settingsOf(database, 3), IMAGETAGS_DRAIN_DELAY: "0.5" };
        await using server = await startServer({ folder, settings });
        expect(workersOf(server).length).toBe(3);
        const text = server.startText;
        expect(text.match(/answers at/g)).toHaveLength(1);
        expect(text).toContain("  workers   3 processes\n");
        const [first] = readTokenFile(folder.at("data", "tokens.yaml"));
        const token = first?.token ?? "";
        const headers = [["X-Auth-Token", token]] as const;
        const statuses = await Promise.all(
          Array.from(
            { length: 9 },
            async () =>
              (await rawRequest(server.port, { method: "GET", path: "/v2/images", headers })).status,
          ),
        );
        expect(statuses).toEqual(statuses.map(() => 200));
        server.child.kill("SIGTERM");
        const isReady = async () =>
          (await rawRequest(server.port, { method: "GET", path: "/readyz" })).status;
        await expect.poll(isReady, { interval: 10 }).toBe(503);
        const { code, stderr, stdout } = await server.ended();
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        expect(stdout.split("\n").filter((line) => line !== "" && !isJson(line))).toEqual([]);
      },
    );

    test(
      "give no wrong answer when one is killed, which is replaced, nor when all are stopped",
      { timeout },
      async () => {
        using folder = temporaryFolder();
        await using database = await kind.open();
        await using server = await startKnowing(folder, settingsOf(database, 2));
        const servers = [{ name: "the server", port: () => server.port }];
        const plan = {
          callers: 8,
          images: 2,
          length: 60,
          quota: QUOTA,
          folds: kind.folds,
          seed: Math.floor(Math.random() * 1e9),
        };
        const [histories] = await Promise.all([
          runHistory({ servers, tokens: [MEMBER_TOKEN], ...plan }),
          (async () => {
            await sleep(50 * Math.random());
            process.kill(workersOf(server)[0] ?? 0, "SIGKILL");
          })(),
        ]);
        for (const history of histories) expect(faultOf(history, QUOTA)).toBeUndefined();
        expect(faultsInTables(await database.dump(), histories)).toEqual([]);
        expect(server.stdout()).toContain(
          '"signal":"SIGKILL","msg":"a worker ended; another takes its place"',
        );
        while (workersOf(server).length < 2) await sleep(10);

        // A terminal and a service manager signal all of them at once.
        const [one] = workersOf(server);
        server.child.kill("SIGTERM");
        if (one !== undefined) process.kill(one, "SIGTERM");
        const { code, stderr } = await server.ended();
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      },
    );

    test.runIf(existsSync("/proc/self/fd"))(
      "take back at once what a killed one was taking in, while the others go on",
      { timeout },
      async () => {
        using folder = temporaryFolder();
        await using database = await kind.open();
        await using server = await startServer({
          folder,
          settings: settingsOf(database, 2),
          tokens: CALLER_TOKENS,
        });
        const imageId = await makeImage(server, READY);
        const begun = beginUpload(server, imageId, { length: 1_000_000 });
        const broken = begun.reply.catch((error: unknown) => error);
        begun.request.on("error", () => undefined).write("some of it");
        await untilStatus(server, imageId, "saving");
        const workers = workersOf(server);
        const [taking = 0] = workers.filter(hasUpload);
        process.kill(taking, "SIGKILL");
        await broken;
        await vi.waitFor(() =>
          expect(server.stdout()).toContain('"a worker ended; another takes its place"'),
        );
        await untilStatus(server, imageId, "queued");
        expect(workersOf(server)).toEqual(
          expect.arrayContaining(workers.filter((worker) => worker !== taking)),
        );
        expect((await upload(server, imageId, "hello")).status).toBe(204);
        expect(readdirSync(folder.at("data", "images")).filter((name) => !name.startsWith("."))).toEqual([
          `${imageId}.img`,
        ]);
      },
    );

    test("write whole lines into one log, though it is read slowly", { timeout }, async () => {
      using folder = temporaryFolder();
      await using database = await kind.open();
      await using server = await startKnowing(folder, settingsOf(database, 2));
      const { stdout } = server.child;
      if (stdout === null) throw new Error("The server has no output.");
      for (let time = 0; time < 3; time += 1) {
        stdout.pause();
        // More than a pipe holds.
        const path = `/v2/images/${"x".repeat(1_000)}`;
        await Promise.all(
          Array.from({ length: 100 }, () => rawRequest(server.port, { method: "GET", path })),
        );
        stdout.resume();
        await sleep(50);
      }
      server.child.kill("SIGTERM");
      const lines = (await server.ended()).stdout.split("\n").filter((line) => line.includes('"method"'));
      expect(lines.length).toBe(301);
      expect(lines.filter((line) => !isJson(line))).toEqual([]);
    });
  },
  // Processes are the same over every database server, so a quick run takes one.
  ({ hasGlancesImages, isServer, name }) =>
    !hasGlancesImages && isServer && (IS_WHOLE || name.includes("PostgreSQL")),
);

describe("several workers cannot be started", () => {
  test("over a database that is not there, which is told once, and the next start makes the first token", async () => {
    using folder = temporaryFolder();
    const settings = { IMAGETAGS_DATABASE_URL: "mysql://nobody@127.0.0.1:1/none", IMAGETAGS_WORKERS: "3" };
    const { code, stdout, stderr } = await runServer([], settings, folder.path);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^imagetags-server: The database mysql:\/\/nobody@127\.0\.0\.1:1\/none .*\n$/);
    expect(existsSync(folder.at("data", "tokens.yaml"))).toBe(false);
  });

  test("over SQLite", async () => {
    using folder = temporaryFolder();
    const { code, stderr } = await runServer([], { IMAGETAGS_WORKERS: "2" }, folder.path);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^imagetags-server: IMAGETAGS_WORKERS must be 1 or "auto" on SQLite/);
  });
});

/** Whether a process has the file of an upload open. */
function hasUpload(pid: number): boolean {
  return readdirSync(`/proc/${pid}/fd`).some((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).endsWith(".part");
    } catch {
      return false;
    }
  });
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
