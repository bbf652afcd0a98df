import { spawnSync } from "node:child_process";
import { hasTerminal, type TerminalOptions } from "@imagetags/testing/processes/terminal";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cliAtTerminal, MAIN } from "./testing/cli-process.ts";
import { startImageServer, type ImageServer } from "./testing/image-server.ts";

/** Longer than a line, without two equal parts. */
const LONG = Array.from({ length: 60 }, (_, index) => index.toString(36)).join("");
const BOLD = "\u001B[1m";

let server: ImageServer;
beforeAll(async () => {
  server = await startImageServer();
  await server.create({ name: "evil\u001B[2J\u0007\u202E", tags: [LONG] });
  await server.create({ name: "日本", tags: ["x"] });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** What stands on the terminal when a command is over. */
async function screenOf(args: readonly string[], options: TerminalOptions = {}): Promise<string> {
  await using session = cliAtTerminal(args, { ...options, env: { ...server.env, ...options.env } });
  expect(await session.ended).toBe(0);
  return session.screen();
}

describe.skipIf(!hasTerminal)("at a terminal", () => {
  test("a table fits the width, loses nothing, and nothing in it is obeyed", async () => {
    const screen = await screenOf(["list"], {
      columns: 70,
      env: { NO_COLOR: "1" },
      // The machine may be so slow that the count of images shows meanwhile.
      redirection: "2>/dev/null",
    });
    const lines = screen.trimEnd().split("\r\n");
    for (const line of lines) expect(line.length, screen).toBeLessThanOrEqual(70);
    // The last column, where the tags are, is read downwards.
    const column = lines[0]?.indexOf("TAGS") ?? -1;
    expect(lines.map((line) => line.slice(column)).join("")).toContain(LONG);
    expect(screen).not.toMatch(/(?![\r\n])\p{Cc}/u);
    expect(screen).toContain("日本");
  });

  test.each(["json", "yaml", "csv", "value"])("%s has nothing that would be obeyed", async (format) => {
    const screen = await screenOf(["list", "-o", format]);
    expect(screen).not.toMatch(/(?![\r\n\t])[\p{Cc}\u202E]/u);
    expect(screen).toMatch(/evil\\(u001b|e)\[2J/);
  });

  test("heads are bold, but not with NO_COLOR and not on a dumb terminal", async () => {
    expect(await screenOf(["list"])).toContain(BOLD);
    expect(await screenOf(["list"], { env: { NO_COLOR: "1" } })).not.toContain(BOLD);
    expect(await screenOf(["list"], { env: { TERM: "dumb" } })).not.toContain(BOLD);
    expect(await screenOf(["list"], { redirection: "| cat" })).not.toContain(BOLD);
  });
});

describe.skipIf(!hasTerminal)("an empty list at a terminal says so, and elsewhere nothing:", () => {
  test.each([
    [["list", "--tag", "nobody-has-it"], "No image fits what was asked for.\r\n"],
    [["list", "--owner", "nobody"], "No image fits what was asked for.\r\n"],
    [["tags", "--owner", "nobody"], "No image of these bears a tag.\r\n"],
  ])("%j", async (args, said) => {
    expect(await screenOf(args)).toBe(said);
    expect(await screenOf([...args, "-q"])).toBe("");
    expect(await screenOf(args, { redirection: "| cat" })).toBe("");
  });

  test("a cloud without images", async () => {
    await using empty = await startImageServer();
    expect(await screenOf(["list"], { env: empty.env })).toBe("There is no image that you may see.\r\n");
    expect(await screenOf(["list", "-o", "json"], { env: empty.env })).toBe("[]\r\n");
  });
});

describe.skipIf(process.platform !== "linux")("output that cannot be written", () => {
  test.each([["list"], ["list", "-o", "json"], ["tags", "-o", "csv"], ["--help"], ["version"]])(
    "%s %s %s is one line and exit code 1",
    (...args) => {
      const given = args.filter((word) => word !== undefined);
      const run = spawnSync("sh", ["-c", `"$0" "$@" > /dev/full`, process.execPath, MAIN, ...given], {
        env: { PATH: process.env["PATH"], ...server.env },
        encoding: "utf8",
      });
      expect({ code: run.status, stderr: run.stderr }).toEqual({
        code: 1,
        stderr: "imagetags: The output cannot be written (ENOSPC).\n",
      });
    },
  );
});

test("a reader that has enough ends a list without a word", async () => {
  await server.createMany(600, (index) => ({ name: `n-${index}`, tags: ["x".repeat(200)] }));
  const line = `"$0" "$1" list -o json | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const run = spawnSync("bash", ["--norc", "-c", line, process.execPath, MAIN], {
    env: { PATH: process.env["PATH"], ...server.env },
    encoding: "utf8",
  });
  expect(run.stderr).toBe("");
  expect(run.stdout).toBe("[\n141\n");
});
