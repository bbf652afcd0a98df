import { chmodSync, writeFileSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import { LiveTokens } from "./live-tokens.ts";

const INTERVAL = 10;

function write(path: string, ...tokens: readonly string[]): void {
  const who = { user_id: "alice", project_id: "alpha", roles: ["member"] };
  // JSON is YAML.
  writeFileSync(path, JSON.stringify({ tokens: tokens.map((token) => ({ token, ...who })) }), {
    mode: 0o600,
  });
}

async function follow(path: string) {
  const log: string[] = [];
  const note = (level: string) => (first: unknown, second?: string) =>
    void log.push(`${level} ${second ?? String(first)}`);
  const tokens = await LiveTokens.read(path, "keystone", {
    info: note("info"),
    warn: note("warn"),
    error: note("error"),
  });
  await tokens.open(INTERVAL);
  return {
    log,
    knows: (token: string) => tokens.validate(token) !== undefined,
    [Symbol.asyncDispose]: () => tokens.close(),
  };
}

describe("a tokens file that is followed", () => {
  test("gives tokens and takes them away when it is written anew", async () => {
    using folder = temporaryFolder();
    const path = folder.at("tokens.yaml");
    write(path, "first-token", "other-token");
    await using live = await follow(path);
    expect(live.knows("first-token")).toBe(true);
    write(path, "other-token", "third-token");
    await expect.poll(() => live.knows("third-token")).toBe(true);
    expect(live.knows("first-token")).toBe(false);
    expect(live.knows("other-token")).toBe(true);
    expect(live.log).toEqual(["info The tokens of the changed file are in force."]);
  });

  test("leaves the tokens as they are where it has a mistake, and tells of it", async () => {
    using folder = temporaryFolder();
    const path = folder.at("tokens.yaml");
    write(path, "first-token");
    await using live = await follow(path);
    write(path, "short");
    await expect.poll(() => live.log).toHaveLength(1);
    expect(live.log[0]).toMatch(/^error .*tokens\.0\.token: .*; the tokens stay as they were$/);
    expect(live.knows("first-token")).toBe(true);
    write(path, "second-token");
    await expect.poll(() => live.knows("second-token")).toBe(true);
  });

  test.skipIf(process.platform === "win32")(
    "is warned of where others than its owner can come at it",
    async () => {
      using folder = temporaryFolder();
      const path = folder.at("tokens.yaml");
      write(path, "first-token");
      chmodSync(path, 0o640);
      await using live = await follow(path);
      expect(live.log).toEqual([expect.stringMatching(/^warn .* \(mode 640\): chmod 600 /)]);
      expect(live.knows("first-token")).toBe(true);
    },
  );
});
