import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyCheck } from "../testing/policy-arbitraries.ts";
import { printCheck } from "../testing/print-check.ts";
import type { Check } from "./check.ts";
import { parseRule, type RuleList } from "./parse-rule.ts";
import { PolicySyntaxError } from "./policy-syntax-error.ts";

const a: Check = { kind: "role", role: ["a"] };
const b: Check = { kind: "role", role: ["b"] };
const c: Check = { kind: "role", role: ["c"] };

describe("a rule", () => {
  test.each<[string, Check]>([
    ["", { kind: "always" }],
    ["@", { kind: "always" }],
    ["!", { kind: "never" }],
    ["role:a", a],
    ["role:compute:a", { kind: "role", role: ["compute:a"] }],
    ["role:%(owner)s_admin", { kind: "role", role: [{ attribute: "owner" }, "_admin"] }],
    ["rule:admin_or_owner", { kind: "rule", name: "admin_or_owner" }],
    ["project_id:%(owner)s", { kind: "attribute", path: ["project_id"], text: [{ attribute: "owner" }] }],
    ["token.user.id:u1", { kind: "attribute", path: ["token", "user", "id"], text: ["u1"] }],
    ["'public':%(visibility)s", { kind: "literal", literal: "public", text: [{ attribute: "visibility" }] }],
    ['"public":%(visibility)s', { kind: "literal", literal: "public", text: [{ attribute: "visibility" }] }],
    ["True:%(protected)s", { kind: "literal", literal: "True", text: [{ attribute: "protected" }] }],
    ["-5:%(n)s", { kind: "literal", literal: "-5", text: [{ attribute: "n" }] }],
    ["user_id:100%%", { kind: "attribute", path: ["user_id"], text: ["100%"] }],
    ["  role:a\t\n ", a],
  ])("%j is one check", (rule, check) => {
    expect(parseRule(rule)).toEqual(check);
  });

  test.each<[string, Check]>([
    ["role:a or role:b and role:c", { kind: "or", checks: [a, { kind: "and", checks: [b, c] }] }],
    ["role:a and role:b or role:c", { kind: "or", checks: [{ kind: "and", checks: [a, b] }, c] }],
    ["(role:a or role:b) and role:c", { kind: "and", checks: [{ kind: "or", checks: [a, b] }, c] }],
    ["not role:a and role:b", { kind: "and", checks: [{ kind: "not", check: a }, b] }],
    ["not (role:a and role:b)", { kind: "not", check: { kind: "and", checks: [a, b] } }],
    ["not not role:a", { kind: "not", check: { kind: "not", check: a } }],
    ["role:a AND Not role:b oR role:c", parseRule("(role:a and (not role:b)) or role:c")],
    ["((role:a))", a],
    ["( role:a )", a],
  ])("%j binds as oslo.policy's", (rule, check) => {
    expect(parseRule(rule)).toEqual(check);
  });

  test.each<[RuleList, Check]>([
    [[], { kind: "always" }],
    [[[]], { kind: "never" }],
    [["role:a"], a],
    [[["role:a", "role:b"], "role:c"], { kind: "or", checks: [{ kind: "and", checks: [a, b] }, c] }],
    [[[], ["role:a"]], a],
    [[["role:two words"]], { kind: "role", role: ["two words"] }],
  ])("may be the list %j", (rule, check) => {
    expect(parseRule(rule)).toEqual(check);
  });

  test("of any shape is read as it was written", () => {
    fc.assert(
      fc.property(anyCheck("one", "other"), (check) => {
        expect(parseRule(printCheck(check))).toEqual(check);
      }),
    );
  });

  test.each([
    [" ", 2, "a check is missing at the end"],
    ["role:a role:b", 8, '"and" or "or" is missing before "role:b"'],
    ["role:a adn role:b", 8, '"and" or "or" is missing before "adn"'],
    ["role:a and", 11, "a check is missing at the end"],
    ["role:a or or role:b", 11, 'a check is missing before "or"'],
    ["and", 1, 'a check is missing before "and"'],
    ["(role:a or role:b", 1, 'this "(" is not closed'],
    ["role:a) or role:b", 7, '")" closes nothing'],
    ["()", 2, 'a check is missing before ")"'],
    ["role:a or admin", 11, '"admin" is no check: one has the form KIND:MATCH'],
    ['"role:a"', 1, '""role:a"" is no check: one has the form KIND:MATCH'],
    ["not(role:a)", 1, '"not(role" is neither an attribute of the caller nor a literal'],
    ["role:a or 'two words':%(x)s", 11, '"\'two" is no check'],
    ["1a:%(x)s", 1, '"1a" is neither an attribute of the caller nor a literal'],
    [":%(x)s", 1, '"" is neither an attribute of the caller nor a literal'],
    ["rule:", 1, '"rule:" names no rule'],
    ["user_id:%(x)d", 9, '"%" must be followed by "(name)s" or by another "%"'],
    ["user_id:100%", 12, '"%" must be followed by "(name)s" or by another "%"'],
    ["role:a or http://policy/check", 11, "a check that asks another server is not supported"],
    ["https://policy/check", 1, "a check that asks another server is not supported"],
    [`${"(".repeat(101)}role:a${")".repeat(101)}`, 101, "parentheses are nested too deep"],
  ])("%j is refused at character %i", (rule, position, message) => {
    const refused = mistakeIn(rule);
    expect(refused.message).toContain(message);
    expect(refused.position).toBe(position);
  });

  test("of any text is read, or refused with a place in it", () => {
    const words = [
      "role:a",
      "rule:b",
      "and",
      "or",
      "not",
      "(",
      ")",
      "((",
      "x:%(y)s",
      "'l':",
      "%",
      "@",
      "!",
      '"',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words, " "), { maxLength: 12 }), (parts) => {
        const rule = parts.join(" ");
        try {
          parseRule(rule);
        } catch (error) {
          expect(error).toBeInstanceOf(PolicySyntaxError);
          const { position } = error as PolicySyntaxError;
          expect(position).toBeGreaterThan(0);
          expect(position).toBeLessThanOrEqual(rule.length + 1);
        }
      }),
    );
  });
});

function mistakeIn(rule: string): PolicySyntaxError {
  try {
    parseRule(rule);
  } catch (error) {
    if (error instanceof PolicySyntaxError) return error;
    throw error;
  }
  throw new Error(`${rule} was read.`);
}
