import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import { asOrdinaryUser } from "../testing/as-ordinary-user.ts";
import { FIRST_PROJECT, makeFirstToken } from "./first-token.ts";
import { StaticTokens } from "./static-tokens.ts";
import { readTokenFile, TokenFileError } from "./token-file.ts";

describe("the first token", () => {
  test("is a member's of the project demo, and the file is read back", () => {
    using folder = temporaryFolder();
    const token = makeFirstToken(folder.at("tokens.yaml"));
    const caller = new StaticTokens(readTokenFile(folder.at("tokens.yaml"))).validate(token ?? "");
    expect(FIRST_PROJECT).toBe("demo");
    expect(caller).toEqual({ userId: "demo", projectId: "demo", roles: new Set(["member", "reader"]) });
  });

  test("has 256 random bits in characters that need no quoting in a shell", () => {
    using folder = temporaryFolder();
    const tokens = Array.from({ length: 20 }, (_, index) => makeFirstToken(folder.at(`${index}.yaml`)));
    for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(new Set(tokens).size).toBe(20);
  });

  test("lies in a file that its owner alone can read, in folders made for it", () => {
    using folder = temporaryFolder();
    // A generous umask, so that the modes are the server's own doing.
    const umask = process.umask(0);
    try {
      makeFirstToken(folder.at("deep", "er", "tokens.yaml"));
    } finally {
      process.umask(umask);
    }
    expect(statSync(folder.at("deep", "er", "tokens.yaml")).mode & 0o777).toBe(0o600);
    expect(statSync(folder.at("deep", "er")).mode & 0o777).toBe(0o700);
  });

  test("is made once: a second call leaves the file as it is", () => {
    using folder = temporaryFolder();
    expect(makeFirstToken(folder.at("tokens.yaml"))).toBeTypeOf("string");
    const before = readFileSync(folder.at("tokens.yaml"));
    expect(makeFirstToken(folder.at("tokens.yaml"))).toBeUndefined();
    expect(readFileSync(folder.at("tokens.yaml"))).toEqual(before);
  });

  test.each(["", "tokens: []\n"])("never takes the place of a file that holds %j", (text) => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("tokens.yaml"), text);
    expect(makeFirstToken(folder.at("tokens.yaml"))).toBeUndefined();
    expect(readFileSync(folder.at("tokens.yaml"), "utf8")).toBe(text);
  });

  test("that cannot be written is an error that names the file", async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at("closed"));
    chmodSync(folder.at("closed"), 0o555);
    chmodSync(folder.path, 0o755);
    await asOrdinaryUser(async () => {
      const make = () => makeFirstToken(folder.at("closed", "tokens.yaml"));
      expect(make).toThrow(TokenFileError);
      expect(make).toThrow(folder.at("closed", "tokens.yaml"));
    });
    expect(existsSync(folder.at("closed", "tokens.yaml"))).toBe(false);
  });

  test("below what is a file and no folder is an error that names it", () => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("file"), "");
    const make = () => makeFirstToken(folder.at("file", "tokens.yaml"));
    expect(make).toThrow(TokenFileError);
    expect(make).toThrow(folder.at("file"));
  });
});
