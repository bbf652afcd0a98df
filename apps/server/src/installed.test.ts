import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SERVER } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test } from "vitest";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PNPM = `${ROOT}node_modules/.bin/pnpm`;
const { version } = JSON.parse(readFileSync(`${PACKAGE}package.json`, "utf8")) as { version: string };
const printed = { code: 0, stdout: `${version}\n`, stderr: "" };

/** Runs a program to its end, without the settings of the machine that runs the tests. */
function run(command: string, args: readonly string[], cwd: string, settings: NodeJS.ProcessEnv = {}) {
  const env = Object.entries(process.env).filter(([name]) => !name.startsWith("IMAGETAGS_"));
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    cwd,
    env: { ...Object.fromEntries(env), ...settings },
  });
  return { code: status, stdout, stderr };
}

describe("a Node that is too old", () => {
  test.each(["0.12.18", "20.20.2", "22.21.0", "23.11.1"])(
    "%s is told so, and leaves nothing behind",
    (node) => {
      using folder = temporaryFolder();
      const pretend = folder.at("pretend.cjs");
      writeFileSync(
        pretend,
        `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${node}" } });`,
      );
      expect(run(process.execPath, ["--require", pretend, SERVER], folder.path)).toEqual({
        code: 2,
        stdout: "",
        stderr: `imagetags-server needs Node.js 24 or newer, this is ${node}\n`,
      });
      expect(existsSync(folder.at("data"))).toBe(false);
    },
  );
});

test("the server's file can be executed", () => {
  expect(statSync(SERVER).mode & 0o111).toBe(0o111);
});

test("in a clone, `pnpm imagetags-server` is the server: its words, its exit code, and the folder one is in", () => {
  using folder = temporaryFolder();
  const from = { INIT_CWD: undefined };
  expect(run(PNPM, ["imagetags-server", "--version"], ROOT, from)).toEqual(printed);
  const doctor = run(PNPM, ["--dir", ROOT, "imagetags-server", "doctor"], folder.path, from);
  expect(doctor).toMatchObject({ code: 2, stdout: "" });
  expect(doctor.stderr).toContain(
    `imagetags-server: There is no database at ${folder.at("data", "imagetags.db")}.\n`,
  );
});

test("a packed tarball that npm installs outside of the clone is the server", { timeout: 180_000 }, () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at("prefix"));
  const packed = run(PNPM, ["pack", "--pack-destination", folder.path], PACKAGE);
  expect(packed.code, packed.stderr).toBe(0);
  const tarball = folder.at(`imagetags-server-${version}.tgz`);
  const npm = ["install", "--global", "--no-audit", "--no-fund", "--prefix", folder.at("prefix"), tarball];
  const installed = run("npm", npm, folder.path);
  expect(installed.code, installed.stderr).toBe(0);
  const command = folder.at("prefix/bin/imagetags-server");
  expect(run(command, ["--version"], folder.path)).toEqual(printed);
  // The migration needs the drivers too, and their native parts.
  const migrated = run(command, ["migrate"], folder.path, { IMAGETAGS_DATABASE_URL: "sqlite:new/tags.db" });
  expect(migrated).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(folder.at("new/tags.db"))).toBe(true);
});
