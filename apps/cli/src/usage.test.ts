import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
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

  test.each([[], ["list"], ["show"], ["tags"], ["add"], ["remove"], ["completion"]])(
    "%s --help shows examples and fits 80 columns",
    async (...command) => {
      const { code, stdout, stderr } = await runHere([...command, "--help"]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/\nExamples:\n {2}# .+\n {2}imagetags /);
      for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    },
  );

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
