import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { parse } from "acorn";
import { describe, expect, test } from "vitest";
import { manPages } from "./help/man-page.ts";
import { createProgram } from "./program.ts";
import { MAIN } from "./testing/cli-process.ts";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Runs a program to its end. */
function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    ...options,
    env: { ...process.env, ...options.env },
  });
  return { code: status, stdout, stderr };
}

const manifest = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as {
  readonly version: string;
  readonly man: readonly string[];
};
const { version } = manifest;

describe("a Node that is too old", () => {
  test.each([
    ["0.12.18", false],
    ["20.20.2", false],
    ["22.11.9", false],
    ["22.12.0", true],
    ["23.0.0", true],
    ["100.0.0", true],
  ])("%s runs the command: %s", (node, works) => {
    using folder = temporaryFolder();
    const pretend = folder.at("pretend.cjs");
    writeFileSync(
      pretend,
      `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${node}" } });`,
    );
    expect(run(process.execPath, ["--require", pretend, MAIN, "--version"])).toEqual(
      works
        ? { code: 0, stdout: `${version}\n`, stderr: "" }
        : { code: 2, stdout: "", stderr: `imagetags needs Node.js 22.12 or newer, this is ${node}\n` },
    );
  });

  test("can read the file that tells it so", () => {
    expect(() => parse(readFileSync(MAIN, "utf8"), { ecmaVersion: 5, allowHashBang: true })).not.toThrow();
  });
});

describe("what was compiled", () => {
  const help = (env: NodeJS.ProcessEnv, cwd: string) =>
    spawnSync(process.execPath, [MAIN, "--help"], { env: { PATH: process.env["PATH"], ...env }, cwd }).status;

  test.each([
    ["in the user's own cache", "HOME", ".cache/imagetags"],
    ["where the user has its caches", "XDG_CACHE_HOME", "imagetags"],
    ["where Node is told to", "NODE_COMPILE_CACHE", "."],
  ])("is kept %s", (_, variable, within) => {
    using folder = temporaryFolder();
    expect(help({ [variable]: folder.path }, folder.path)).toBe(0);
    expect(readdirSync(folder.at(within))).toEqual([expect.stringMatching(/^v\d/)]);
  });

  test("is kept nowhere when the user has no home, or it is not to be written to", () => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("file"), "");
    expect(help({ XDG_CACHE_HOME: "caches" }, folder.path)).toBe(0);
    expect(help({ HOME: folder.at("file") }, folder.path)).toBe(0);
    expect(readdirSync(folder.path)).toEqual(["file"]);
  });
});

test("the command's file can be executed", () => {
  expect(statSync(MAIN).mode & 0o111).toBe(0o111);
});

describe("the manual pages", () => {
  const folder = join(PACKAGE, "dist/man");
  const files = readdirSync(folder);
  const hasMandoc = spawnSync("mandoc", ["-T", "lint", "/dev/null"]).error === undefined;

  test("are there for each command, and all of them are installed", () => {
    const commands = createProgram().commands.map((command) => command.name());
    const shown = commands.filter((name) => name !== "complete");
    expect(files.toSorted()).toEqual(
      ["imagetags.1", ...shown.map((name) => `imagetags-${name}.1`)].toSorted(),
    );
    expect(manifest.man.toSorted()).toEqual(files.map((file) => `./dist/man/${file}`).toSorted());
  });

  test("are what the help is made of", () => {
    for (const { file, text } of manPages(createProgram())) {
      expect(readFileSync(join(folder, file), "utf8")).toBe(text);
    }
  });

  test.skipIf(!hasMandoc).each(files)("%s is without fault to mandoc", (file) => {
    // They have no date: the same sources are to give the same package.
    const { stdout, stderr } = run("mandoc", ["-T", "lint", "-W", "warning", join(folder, file)]);
    expect((stdout + stderr).split("\n").filter((line) => !/missing date|^$/.test(line))).toEqual([]);
  });

  test.skipIf(!hasMandoc)("tell every option with its meaning", () => {
    const page = run("mandoc", ["-T", "utf8", "-O", "width=100", join(folder, "imagetags-list.1")]).stdout;
    // Bold is a letter over itself.
    const plain = page
      .split("\b")
      .map((part, index, parts) => (index === parts.length - 1 ? part : part.slice(0, -1)))
      .join("");
    for (const { flags, description } of createProgram().commands.find((c) => c.name() === "list")?.options ??
      []) {
      if (flags.startsWith("--sort") || flags.startsWith("--tag")) {
        expect(plain.replaceAll(/\s+/g, " ")).toContain(`${flags} ${description}`);
      }
    }
    expect(plain).toContain("imagetags list --tag production --not-tag tested");
  });
});

test("in a clone, `pnpm imagetags` is the command: its words, its exit code, and the folder one is in", () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at("token"), "");
  const pnpm = `${ROOT}node_modules/.bin/pnpm`;
  const env = { IMAGETAGS_ENDPOINT: "http://127.0.0.1:9", INIT_CWD: undefined };
  expect(run(pnpm, ["imagetags", "--version"], { cwd: ROOT })).toEqual({
    code: 0,
    stdout: `${version}\n`,
    stderr: "",
  });
  const { code, stdout, stderr } = run(pnpm, ["--dir", ROOT, "imagetags", "list", "--token-file", "token"], {
    cwd: folder.path,
    env,
  });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain("imagetags: The token file token is empty.\n");
});

test("a packed tarball that npm installs outside of the clone is the command", () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at("prefix"));
  const packed = run(`${ROOT}node_modules/.bin/pnpm`, ["pack", "--pack-destination", folder.path], {
    cwd: PACKAGE,
  });
  expect(packed.code, packed.stderr).toBe(0);
  const install = [
    "install",
    "--global",
    "--offline",
    "--prefix",
    folder.at("prefix"),
    folder.at(`imagetags-cli-${version}.tgz`),
  ];
  const installed = run("npm", install, { cwd: folder.path });
  expect(installed.code, installed.stderr).toBe(0);
  expect(readdirSync(folder.at("prefix/share/man/man1"))).toContain("imagetags-remove.1");
  expect(run(folder.at("prefix/bin/imagetags"), ["--version"], { cwd: folder.path })).toEqual({
    code: 0,
    stdout: `${version}\n`,
    stderr: "",
  });
});
