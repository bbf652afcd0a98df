import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StaticTokens } from "./static-tokens.ts";

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
});
