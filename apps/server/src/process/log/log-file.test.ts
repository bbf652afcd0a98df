import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { runServer, startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test, vi } from "vitest";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { workersOf } from "../../testing/workers-of.ts";

const timeout = 120_000;
const ROTATION = new URL("../../../../../deploy/logrotate/imagetags", import.meta.url);
const hasLogrotate = spawnSync("logrotate", ["--version"]).status === 0;
const isForced = process.env["CI"] !== undefined;

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

test(
  "IMAGETAGS_LOG_FILE has the log, is opened anew at SIGHUP, and standard output has nothing",
  { timeout },
  async () => {
    using folder = temporaryFolder();
    const path = folder.at("api.log");
    await using server = await startServer({ folder, settings: { IMAGETAGS_LOG_FILE: path } });
    await fetch(`${server.url}/versions`);
    await vi.waitFor(() => expect(read(path)).toContain('"path":"/versions"'));
    expect(statSync(path).mode & 0o777).toBe(0o640);
    renameSync(path, `${path}.1`);
    server.child.kill("SIGHUP");
    await vi.waitFor(() =>
      expect(read(path)).toContain("told to read files anew, and read: tokens, log file"),
    );
    await fetch(`${server.url}/v2/`);
    await vi.waitFor(() => expect(read(path)).toContain('"path":"/v2/"'));
    expect(read(`${path}.1`)).not.toContain('"path":"/v2/"');
    server.child.kill("SIGTERM");
    expect(await server.ended()).toMatchObject({ code: 0, stdout: "" });
  },
);

test(
  "a file that cannot be opened anew is told of, and the one before is written on",
  { timeout },
  async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at("logs"));
    const path = folder.at("logs", "api.log");
    await using server = await startServer({ folder, settings: { IMAGETAGS_LOG_FILE: path } });
    renameSync(folder.at("logs"), folder.at("gone"));
    server.child.kill("SIGHUP");
    const moved = folder.at("gone", "api.log");
    await vi.waitFor(() => expect(read(moved)).toMatch(/"level":"error".*as they were: log file \(.*ENOENT/));
    await fetch(`${server.url}/versions`);
    await vi.waitFor(() => expect(read(moved)).toContain('"path":"/versions"'));
  },
);

test(
  "a missing folder ends the start, and a full disk is told of while the server goes on",
  { timeout },
  async () => {
    using folder = temporaryFolder();
    const settings = { IMAGETAGS_LISTEN: "127.0.0.1:0", IMAGETAGS_LOG_FILE: folder.at("none", "api.log") };
    const { code, stderr } = await runServer([], settings, folder.path);
    expect(code).toBe(2);
    expect(stderr).toMatch(/IMAGETAGS_LOG_FILE cannot be opened: .*ENOENT/);
    await using server = await startServer({ folder, settings: { IMAGETAGS_LOG_FILE: "/dev/full" } });
    for (let count = 0; count < 3; count += 1)
      expect((await fetch(`${server.url}/versions`)).status).toBe(200);
    await vi.waitFor(() =>
      expect(server.stderr()).toMatch(/The log file \/dev\/full cannot be written to: .*ENOSPC/),
    );
    expect((await fetch(`${server.url}/versions`)).status).toBe(200);
    server.child.kill("SIGTERM");
    const end = await server.ended();
    expect(end.code).toBe(0);
    expect(end.stderr.match(/cannot be written to/g)).toHaveLength(1);
  },
);

test("lines that met a full disk are written once there is room again", { timeout }, async () => {
  using folder = temporaryFolder();
  const path = folder.at("api.log");
  const disk = folder.at("disk");
  mkdirSync(disk);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]).status === 0;
  // Only root may, and not everywhere; then what stands in for it is a limit that cannot be lifted, so nothing is left to try.
  if (!mounted) return;
  try {
    writeFileSync(`${disk}/filler`, Buffer.alloc(60 * 1024));
    await using server = await startServer({ folder, settings: { IMAGETAGS_LOG_FILE: `${disk}/api.log` } });
    for (let count = 0; count < 100; count += 1) await fetch(`${server.url}/versions?count`);
    await vi.waitFor(() => expect(server.stderr()).toContain("cannot be written to"));
    writeFileSync(`${disk}/filler`, "");
    await fetch(`${server.url}/versions`);
    await vi.waitFor(() =>
      expect(server.stderr()).toContain("can be written to again; writes that were lost: 0"),
    );
    await vi.waitFor(() =>
      expect(read(`${disk}/api.log`).match(/"path":"\/versions"/g)?.length).toBeGreaterThan(100),
    );
    for (const line of read(`${disk}/api.log`).trim().split("\n")) JSON.parse(line);
  } finally {
    spawnSync("umount", ["-l", disk]);
  }
  expect(existsSync(path)).toBe(false);
});

describeOnDatabases(
  "several workers over",
  (kind) => {
    test.skipIf(!hasLogrotate && !isForced)(
      "write on after logrotate has moved their file, by the configuration of deploy/ (needs logrotate)",
      { timeout },
      async () => {
        using folder = temporaryFolder();
        await using database = await kind.open();
        const logs = folder.at("logs");
        mkdirSync(logs, { mode: 0o755 });
        const path = `${logs}/api.log`;
        await using server = await startServer({
          folder,
          settings: {
            IMAGETAGS_DATABASE_URL: database.url,
            IMAGETAGS_WORKERS: "2",
            IMAGETAGS_LOG_FILE: path,
          },
        });
        expect(workersOf(server)).toHaveLength(2);
        await fetch(`${server.url}/versions`);
        await vi.waitFor(() => expect(read(path)).toContain('"path":"/versions"'));
        const rotation = folder.at("rotation");
        writeFileSync(
          rotation,
          readFileSync(ROTATION, "utf8")
            .replaceAll("/var/log/imagetags", logs)
            .replace(/systemctl kill .*/, `kill -HUP ${server.pid}`),
        );
        chmodSync(rotation, 0o644);
        const { status, stderr } = spawnSync(
          "logrotate",
          ["--force", "--state", folder.at("state"), rotation],
          {
            encoding: "utf8",
          },
        );
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
        expect(existsSync(`${path}.1`)).toBe(true);
        // The first process, and each worker.
        await vi.waitFor(() => expect(read(path).match(/told to read files anew/g)).toHaveLength(3), {
          timeout,
        });
        for (let count = 0; count < 10; count += 1) await fetch(`${server.url}/v2/`);
        await vi.waitFor(() => expect(read(path).match(/"path":"\/v2\/"/g)).toHaveLength(10));
        expect(read(`${path}.1`)).not.toContain('"path":"/v2/"');
      },
    );
  },
  ({ hasGlancesImages, isServer, name }) => !hasGlancesImages && isServer && name.includes("PostgreSQL"),
);
