import { freePort } from "@imagetags/testing/free-port";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PageValues } from "./page-values.ts";
import { readBlocks } from "./read-blocks.ts";
import { blocksOf, runPage } from "./run-page.ts";

/** The pages whose console blocks are run, each from top to bottom. */
const PAGES = [
  "README.md",
  "docs/bulk.md",
  "docs/cli.md",
  "docs/doctor.md",
  "docs/history.md",
  "docs/policy.md",
  "docs/upgrading.md",
];

describe("the console blocks of", () => {
  it.for(PAGES)("%s print what the page says", { timeout: 300_000 }, async (page, { skip }) => {
    const blocks = blocksOf(page);
    const missing = ["script", ...new Set(blocks.flatMap(({ needs }) => needs ?? []))].filter(isMissing);
    if (process.env["CI"] === undefined) skip(missing.length > 0, `needs ${missing.join(", ")}`);
    expect(missing).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), "imagetags-docs-"));
    try {
      const { commands, mistakes } = await runPage(page, blocks, { folder, port: await freePort() });
      expect(mistakes.join("\n\n")).toBe("");
      expect(commands).toBeGreaterThan(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("a console block", () => {
  const page = "Text.\n\n<!-- needs: curl -->\n\n```console\n$ first \\\n> more\none\ntwo\n$ second\n```\n";

  it("is read with its lines, its commands and their output", () => {
    expect(readBlocks(page)).toEqual([
      {
        line: 5,
        needs: "curl",
        steps: [
          { line: 6, command: "first \\\nmore", output: ["one", "two"] },
          { line: 10, command: "second", output: [] },
        ],
      },
    ]);
  });

  it.each([
    ["what it says", ["one", "two"], "one\ntwo\n", undefined],
    ["another word", ["one", "two"], "one\nthree\n", "two"],
    ["less", ["one", "two"], "one\n", "two"],
    ["more", ["one"], "one\ntwo\n", "(nothing more, but there is: two)"],
    ["anything within a line", ["a … c"], "a b c\n", undefined],
    ["any lines", ["one", "…", "four"], "one\ntwo\nthree\nfour\n", undefined],
    ["another time", ["at 2026-01-01T00:00:00Z"], "at 2027-02-03T04:05:06Z\n", undefined],
  ])("that prints %s", (_, expected, printed, mismatch) => {
    expect(new PageValues({}, () => "").mismatch(expected, printed)).toBe(mismatch);
  });

  it("has ids of its own, the same wherever they stand", () => {
    const [shown, actual, other] = ["a", "b", "c"].map(
      (hex) => `${hex.repeat(8)}-0000-4000-8000-${"0".repeat(12)}`,
    );
    const values = new PageValues({}, () => "secret");
    expect(values.mismatch([`made ${shown}`], `made ${actual}`)).toBeUndefined();
    expect(values.command(`show ${shown} with SJQc…`)).toBe(`show ${actual} with secret`);
    expect(values.mismatch([`is ${shown}`], `is ${other}`)).toBe(`is ${shown}`);
  });
});

function isMissing(program: string): boolean {
  return spawnSync("which", [program]).status !== 0;
}
