import { spawnSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import { makeFolder } from "./make-folder.ts";

describe("a folder that is made", () => {
  test("is its owner's alone, and so are those above it", () => {
    using folder = temporaryFolder();
    const umask = process.umask(0);
    try {
      makeFolder(folder.at("a", "b"));
    } finally {
      process.umask(umask);
    }
    expect(statSync(folder.at("a")).mode & 0o777).toBe(0o700);
    expect(statSync(folder.at("a", "b")).mode & 0o777).toBe(0o700);
  });

  test("may be there, and keeps its mode", () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at("a"), { mode: 0o755 });
    makeFolder(folder.at("a"));
    expect(statSync(folder.at("a")).mode & 0o777).toBe(0o755);
  });

  test.each(["", "/below"])("is refused where a file is: %j", (below) => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("file"), "");
    expect(() => makeFolder(`${folder.at("file")}${below}`)).toThrow(/^(?:EEXIST|ENOTDIR): /);
  });

  test.skipIf(process.platform !== "linux")("is refused at once in /proc, which has no more", () => {
    // In a process of its own: one that hangs is stopped.
    const program = `import { makeFolder } from "${new URL("make-folder.ts", import.meta.url).href}";
      try { makeFolder("/proc/imagetags/data"); } catch (error) { console.log(error.code); }`;
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8",
      timeout: 10_000,
    });
    expect(stdout).toBe("ENOENT\n");
  });
});
