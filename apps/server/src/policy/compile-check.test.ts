import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Caller } from "../identity/caller.ts";
import {
  anyCaller,
  anyCheck,
  anyTarget,
  targetOf,
  type TargetValues,
} from "../testing/policy-arbitraries.ts";
import type { Check } from "./check.ts";
import { compileCheck, type Truth } from "./compile-check.ts";
import { parseRule } from "./parse-rule.ts";
import { UNKNOWN } from "./policy-target.ts";

const ALICE: Caller = {
  userId: "alice",
  projectId: "alpha",
  roles: new Set(["member", "reader"]),
  attributes: { user_domain_id: "default", service_roles: ["service", "nova"] },
};
const SYSTEM: Caller = {
  userId: "root",
  projectId: null,
  roles: new Set(["admin"]),
  attributes: { system_scope: "all", is_admin_project: false },
};

describe("a check", () => {
  test.each<[rule: string, target: TargetValues, holds: boolean]>([
    ["", {}, true],
    ["@", {}, true],
    ["!", {}, false],
    ["role:member", {}, true],
    ["role:MEMBER", {}, true],
    ["role:admin", {}, false],
    ["role:%(needed)s", { needed: "Member" }, true],
    ["role:%(needed)s", {}, false],
    ["project_id:%(owner)s", { owner: "alpha" }, true],
    ["project_id:%(owner)s", { owner: "Alpha" }, false],
    ["project_id:%(owner)s", { owner: null }, false],
    ["project_id:%(owner)s", {}, false],
    ["project_id:alpha", {}, true],
    ["project_id:al%(rest)s", { rest: "pha" }, true],
    ["user_domain_id:default", {}, true],
    ["project_domain_id:default", {}, false],
    ["roles:member", {}, true],
    ["service_roles:nova", {}, true],
    ["service_roles.x:nova", {}, false],
    ["is_admin_project:True", {}, true],
    ["system_scope:all", {}, false],
    ["tenant:%(owner)s", { owner: "alpha" }, false],
    ["constructor:%(x)s", { x: "y" }, false],
    ["'public':%(visibility)s", { visibility: "public" }, true],
    ["'public':%(visibility)s", { visibility: "private" }, false],
    ["True:%(protected)s", { protected: true }, true],
    ["True:%(protected)s", { protected: false }, false],
    ["None:%(checksum)s", { checksum: null }, true],
    ["None:%(checksum)s", {}, false],
    ["5:%(min_ram)s", { min_ram: 5 }, true],
    ["not 'public':%(visibility)s", {}, true],
  ])("%j of %j holds: %j", (rule, target, holds) => {
    expect(decide(parseRule(rule), ALICE, target)).toBe(holds);
  });

  test.each<[rule: string, holds: boolean]>([
    ["system_scope:all", true],
    ["system:all", true],
    ["is_admin_project:True", false],
    ["is_admin_project:False", true],
    // A caller without a project does not own what nobody owns.
    ["project_id:%(owner)s", false],
    ["project_id:None", false],
  ])("%j of a caller that is scoped to the system holds: %j", (rule, holds) => {
    expect(decide(parseRule(rule), SYSTEM, { owner: null })).toBe(holds);
  });

  test("finds what lies deeper in a caller, in lists too", () => {
    const nested = { token: { project: [{ id: "alpha" }, { id: "beta" }], version: 3 } };
    const caller = { ...ALICE, attributes: nested } as Caller;
    expect(decide(parseRule("token.project.id:beta"), caller, {})).toBe(true);
    expect(decide(parseRule("token.version:3"), caller, {})).toBe(true);
    expect(decide(parseRule("token.project.id:gamma"), caller, {})).toBe(false);
    expect(decide(parseRule("token.project:alpha"), caller, {})).toBe(false);
    expect(decide(parseRule("token.version.x:3"), caller, {})).toBe(false);
  });
});

/** A side of a law: a rule made of three others. */
type Law = (a: Check, b: Check, c: Check) => Check;

describe("rules keep the laws of logic", () => {
  test.each<[law: string, one: Law, other: Law]>([
    ["not not a is a", (a) => not(not(a)), (a) => a],
    ["a and b is b and a", (a, b) => and(a, b), (a, b) => and(b, a)],
    ["a or b is b or a", (a, b) => or(a, b), (a, b) => or(b, a)],
    ["not (a and b) is not a or not b", (a, b) => not(and(a, b)), (a, b) => or(not(a), not(b))],
    ["not (a or b) is not a and not b", (a, b) => not(or(a, b)), (a, b) => and(not(a), not(b))],
    [
      "a and (b or c) is a and b or a and c",
      (a, b, c) => and(a, or(b, c)),
      (a, b, c) => or(and(a, b), and(a, c)),
    ],
    ["a or always is always", (a) => or(a, { kind: "always" }), () => ({ kind: "always" })],
    ["a and never is never", (a) => and(a, { kind: "never" }), () => ({ kind: "never" })],
  ])("%s, whatever is known", (_, one, other) => {
    fc.assert(
      fc.property(
        anyCheck(),
        anyCheck(),
        anyCheck(),
        anyCaller,
        partlyKnown,
        (a, b, c, caller, { known }) => {
          expect(decide(one(a, b, c), caller, known)).toBe(decide(other(a, b, c), caller, known));
        },
      ),
    );
  });
});

test("what is decided of a target that is partly known is so of every target that it may be", () => {
  fc.assert(
    fc.property(anyCheck(), anyCaller, partlyKnown, (check, caller, { known, whole }) => {
      const before = decide(check, caller, known);
      const after = decide(check, caller, whole);
      expect(after).toBeTypeOf("boolean");
      if (before !== undefined) expect(before).toBe(after);
    }),
    { numRuns: 300 },
  );
});

test("a reference is decided as the rule that it names", () => {
  fc.assert(
    fc.property(anyCheck(), anyCaller, anyTarget, (check, caller, target) => {
      const decision = compileCheck({ kind: "rule", name: "other" }, (name) => {
        expect(name).toBe("other");
        return compileCheck(check, never);
      });
      expect(decision(caller, targetOf(target))).toBe(decide(check, caller, target));
    }),
  );
});

/** A target, and the same target with some attributes unknown, present or absent ones. */
const partlyKnown = fc
  .record({
    whole: anyTarget,
    hidden: fc.array(fc.constantFrom("owner", "visibility", "os_distro", "absent")),
  })
  .map(({ whole, hidden }) => ({
    whole,
    known: { ...whole, ...Object.fromEntries(hidden.map((name) => [name, UNKNOWN] as const)) },
  }));

function decide(check: Check, caller: Caller, target: TargetValues): Truth {
  return compileCheck(check, never)(caller, targetOf(target));
}

function never(): never {
  throw new Error("There is no other rule.");
}

function not(check: Check): Check {
  return { kind: "not", check };
}

function and(...checks: Check[]): Check {
  return { kind: "and", checks };
}

function or(...checks: Check[]): Check {
  return { kind: "or", checks };
}
