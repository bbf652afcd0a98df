import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createProgram } from "./program.ts";
import { run } from "./run.ts";

// What is refused needs no server, and a process for each would take long.
const written = { stdout: "", stderr: "" };
beforeEach(() => {
  Object.assign(written, { stdout: "", stderr: "" });
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((written.stdout += String(text)), true));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((written.stderr += String(text)), true));
  for (const name of Object.keys(process.env)) {
    if (/^(OS|IMAGETAGS)_/.test(name)) vi.stubEnv(name, undefined);
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Runs the command within this process. */
async function runHere(args: readonly string[]) {
  const before = process.exitCode;
  Object.assign(written, { stdout: "", stderr: "" });
  try {
    await run(args);
    return { code: process.exitCode ?? 0, ...written };
  } finally {
    process.exitCode = before;
  }
}

describe("the command", () => {
  test("--version tells the package's version", async () => {
    const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    const { code, stdout, stderr } = await runHere(["--version"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(manifest).toMatchObject({ version: stdout.trimEnd() });
  });

  test("version and --version are one", async () => {
    expect(await runHere(["version"])).toEqual(await runHere(["--version"]));
  });

  const commands = createProgram().commands.map((command) => command.name());
  const shown = commands.filter((name) => name !== "complete");

  test.each([[], ...shown.map((name) => [name])])(
    "%s --help shows examples and fits 80 columns",
    async (...command) => {
      const { code, stdout, stderr } = await runHere([...command, "--help"]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/\nExamples:\n {2}# .+\n {2}imagetags /);
      for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    },
  );

  test.each([[], ...shown.map((name) => [name])])("help %s is its --help", async (...command) => {
    expect(await runHere(["help", ...command])).toEqual(await runHere([...command, "--help"]));
  });

  test.each([60, 100, 200])("help fits a terminal of %d columns", async (columns) => {
    const { isTTY, columns: before } = process.stdout;
    Object.assign(process.stdout, { isTTY: true, columns });
    try {
      let widest = 0;
      for (const command of [[], ...shown.map((name) => [name])]) {
        const { stdout } = await runHere([...command, "--help"]);
        for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(columns);
        widest = Math.max(widest, ...stdout.split("\n").map((line) => line.length));
      }
      expect(widest).toBeGreaterThan(Math.min(columns, 100) * 0.8);
    } finally {
      Object.assign(process.stdout, { isTTY, columns: before });
    }
  });

  test.each([
    [["list", "--bogus"], "list"],
    [["remove", "web-1"], "remove"],
    [["set", "web-1"], "set"],
    [["list", "--endpoint", "http://x"], "list"],
  ])("%j points to the command's help", async (args, name) => {
    const { stderr } = await runHere(args);
    expect(stderr.trimEnd().split("\n").at(-1)).toBe(`See imagetags ${name} --help.`);
  });

  test("a word that is no command points to the help of all", async () => {
    expect((await runHere(["lst"])).stderr).toMatch(/\nSee imagetags --help\.\n$/);
    expect((await runHere(["help", "lst"])).stderr).toMatch(/^imagetags: There is no command lst\./);
  });

  test.each([
    ["add", "web-1", ""],
    ["add", "", "old"],
    ["add", "--everywhere", ""],
    ["remove", "web-1", ""],
    ["remove", "web-1", "old", ""],
    ["remove", "--everywhere", ""],
    ["remove", "--everywhere", "old", "--tag", ""],
    ["remove", "--everywhere", "old", "--not-tag", ""],
    ["remove", "--everywhere", "old", "--owner", ""],
    ["remove", "--everywhere", "old", "--name", ""],
    ["remove", "--everywhere", "old", "--status", ""],
    ["set", "web-1", ""],
    ["set", "", "old"],
    ["clear", ""],
    ["rename", "", "new"],
    ["rename", "old", ""],
    ["show", ""],
    ["show", "web-1", "-c", ""],
    ["list", "--tag", ""],
    ["list", "--not-tag", ""],
    ["tags", "--tag", ""],
  ])("%s %s %s %s %s: what is empty, as a variable that is not set, is wrong usage", async (...args) => {
    const given = args.filter((word) => word !== undefined);
    const { code, stdout, stderr } = await runHere([
      ...given,
      "--endpoint",
      "http://127.0.0.1:9",
      "--token",
      "t",
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("must not be empty");
  });

  test.each([
    [["list", "--bogus"], "unknown option '--bogus'"],
    [["lst"], "unknown command 'lst'"],
    [["list", "--limit", "0"], "--limit"],
    [["list", "--limit", "1e3"], "--limit"],
    [["list", "-o", "xml"], "xml"],
    [["list", "-c", "nme"], "nme"],
    [["list", "extra"], "too many arguments"],
    [["list", "--all", "--visibility", "public"], "--all"],
    [["list", "--timeout", "never"], "--timeout"],
    [["list", "--profile", "aws"], "aws"],
    [["show"], "IMAGE"],
    [["list", "--sort", "colour"], "The keys are name, status"],
    [["list", "--sort", "name:up"], "The directions are asc and desc"],
    [["list", "--long", "-c", "id"], "--long"],
    [["list", "--property", "os_distro"], "KEY=VALUE"],
    [["list", "--property", "limit=3"], "limit is no property"],
    [["list", "-v", "-q"], "--quiet"],
    [["tags", "-c", "id"], "The columns are tag, images"],
    [["add", "web-1"], "the tags to add"],
    [["add", "web-1", "old", "--yes"], "--yes goes with --everywhere"],
    [["rename", "old"], "NEW"],
    [["rename", "old", "old"], "the same"],
    [["set", "web-1"], "TAG"],
    [["remove", "web-1"], "the tags to remove"],
    [["remove", "web-1", "old", "--owner", "x"], "--owner goes with --everywhere"],
    [["remove", "web-1", "old", "--not-tag", "x"], "--not-tag goes with --everywhere"],
    [["remove", "--everywhere"], "WORDS"],
    [["remove", "web-1", "old", "--concurrency", "2"], "--concurrency goes with --everywhere"],
    [["remove", "web-1", "old", "--yes"], "--yes goes with --everywhere"],
    [["remove", "--everywhere", "old", "--concurrency", "101"], "--concurrency"],
    [["completion", "tcsh"], "tcsh"],
    [["list", "--endpoint", "ftp://x", "--token", "t"], "endpoint"],
    [["list", "--endpoint", "http://x", "--token", "t", "--os-cloud", "y"], "--endpoint"],
    [["list", "--endpoint", "http://x", "--token", "t", "--insecure"], "--insecure"],
    [["list", "--endpoint", "http://x"], "no token"],
    [["list", "--endpoint", "http://x", "--token-file", "/nonexistent/t"], "/nonexistent/t"],
    [["list", "--endpoint", "http://x", "--token", "t", "--token-file", "f"], "two tokens"],
    [["list", "--os-auth-url", "http://x", "--token", "t"], "--os-token"],
    [["list"], "--os-cloud"],
  ])("%j is wrong usage: exit code 2, and %s is named", async (args, named) => {
    const { code, stdout, stderr } = await runHere(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(named);
    expect(stderr).toMatch(/^imagetags: /);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});
