import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StaticTokens } from "./static-tokens.ts";
import { TokenFileError, type TokenEntry } from "./token-file.ts";

const ALICE = { user_id: "alice", project_id: "alpha", roles: ["member"] };
const BOB = { user_id: "bob", project_id: "beta", roles: ["reader"] };

const visible = fc.stringMatching(/^[\x21-\x7e]{1,64}$/);

describe("static tokens", () => {
  test("know whose each token is", () => {
    const tokens = new StaticTokens([
      { ...ALICE, token: "alices-token" },
      { ...BOB, token: "bobs-token" },
    ]);
    expect(tokens.validate("alices-token")).toEqual({
      userId: "alice",
      projectId: "alpha",
      roles: new Set(["member", "reader"]),
    });
    expect(tokens.validate("bobs-token")).toEqual({
      userId: "bob",
      projectId: "beta",
      roles: new Set(["reader"]),
    });
  });

  test.each([
    "",
    " ",
    "alices-toke",
    "alices-tokenn",
    "Alices-Token",
    " alices-token",
    "alices-token ",
    "alices-token\0",
    "alices-token,alices-token",
    "bobs-token",
    hash("sha256", "alices-token", "hex"),
    "\ud800",
    "x".repeat(100_000),
  ])("do not know %j", (token) => {
    expect(new StaticTokens([{ ...ALICE, token: "alices-token" }]).validate(token)).toBeUndefined();
  });

  test("know any token by itself or by its SHA-256, and no other", () => {
    fc.assert(
      fc.property(visible, visible, fc.constantFrom("plain", "lower", "upper"), (token, other, form) => {
        fc.pre(token !== other);
        const digest = hash("sha256", token, "hex");
        const secret = {
          plain: { token },
          lower: { sha256: digest },
          upper: { sha256: digest.toUpperCase() },
        }[form];
        const tokens = new StaticTokens([{ ...ALICE, ...secret }]);
        expect(tokens.validate(token)?.userId).toBe("alice");
        expect(tokens.validate(other)).toBeUndefined();
        expect(tokens.validate(digest)).toBeUndefined();
      }),
    );
  });

  test("imply the roles that a role implies, in lower case", () => {
    const tokens = new StaticTokens([{ ...ALICE, roles: ["Admin", "Auditor"], token: "t" }]);
    expect(tokens.validate("t")?.roles).toEqual(new Set(["admin", "manager", "member", "reader", "auditor"]));
  });

  test("may have no role at all", () => {
    const tokens = new StaticTokens([{ ...ALICE, roles: [], token: "t" }]);
    expect(tokens.validate("t")?.roles).toEqual(new Set());
  });

  const digest = hash("sha256", "s3cret-t0ken", "hex");
  test.each<[string, TokenEntry, TokenEntry]>([
    ["a token twice", { ...ALICE, token: "s3cret-t0ken" }, { ...BOB, token: "s3cret-t0ken" }],
    ["a token and its SHA-256", { ...ALICE, token: "s3cret-t0ken" }, { ...BOB, sha256: digest }],
    ["a SHA-256 in two cases", { ...ALICE, sha256: digest }, { ...BOB, sha256: digest.toUpperCase() }],
    ["a token twice for one user", { ...ALICE, token: "s3cret-t0ken" }, { ...ALICE, token: "s3cret-t0ken" }],
  ])("are refused when %s stands there, with the place and without the token", (_, one, same) => {
    const build = () => new StaticTokens([one, { ...BOB, token: "other" }, same]);
    expect(build).toThrow(TokenFileError);
    expect(build).toThrow(/tokens\.2\b/);
    expect(build).not.toThrow(/s3cret-t0ken/);
    expect(build).not.toThrow(new RegExp(digest, "i"));
  });
});
