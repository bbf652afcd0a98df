import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder, type TemporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test, vi } from "vitest";

const MODULE = new URL("../../../scripts/stop-with-npx.mjs", import.meta.url).href;

/** Stands for npx, with a shell between it and what it runs. Only that shell is told of a SIGTERM. */
const NPX = `
  const { spawn } = require("node:child_process");
  process.title = "npm exec pnpm@12 start";
  const env = { ...process.env, npm_config_npm_version: "11.0.0" };
  const shell = spawn("sh", ["-c", '"$0" server.mjs; :', process.execPath], { env, stdio: "inherit" });
  process.on("SIGTERM", () => shell.kill("SIGTERM"));
  shell.on("exit", () => process.exit());
`;

/** A server that builds for a while before it listens. It tells when it has begun, and when it serves. */
const serverOf = (building: number) => `
  import { writeFileSync } from "node:fs";
  import { stopWithNpx } from "${MODULE}";
  writeFileSync("pid", String(process.pid));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${building});
  stopWithNpx();
  setInterval(() => writeFileSync("serves", ""), 50);
`;

function start(folder: TemporaryFolder, building: number) {
  writeFileSync(folder.at("server.mjs"), serverOf(building));
  return spawn(process.execPath, ["--eval", NPX], { cwd: folder.path, stdio: "ignore" });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that nobody waits for stays as a zombie.
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

async function seen(file: string): Promise<void> {
  await vi.waitUntil(() => existsSync(file) && readFileSync(file, "utf8") !== "x", { timeout: 30_000 });
  await sleep(50);
}

async function gone(pid: number): Promise<void> {
  await vi.waitUntil(() => !isAlive(pid), { timeout: 20_000 });
}

describe.skipIf(process.platform !== "linux").concurrent("a SIGTERM to npx", () => {
  test("stops the server that runs", { timeout: 60_000 }, async () => {
    using folder = temporaryFolder();
    const npx = start(folder, 0);
    await seen(folder.at("serves"));
    const pid = Number(readFileSync(folder.at("pid"), "utf8"));
    npx.kill("SIGTERM");
    await once(npx, "exit");
    await gone(pid);
  });

  test("stops the server that is still being built", { timeout: 60_000 }, async () => {
    using folder = temporaryFolder();
    const npx = start(folder, 3_000);
    await seen(folder.at("pid"));
    const pid = Number(readFileSync(folder.at("pid"), "utf8"));
    npx.kill("SIGTERM");
    await once(npx, "exit");
    await gone(pid);
    expect(existsSync(folder.at("serves"))).toBe(false);
  });
});
