import { describe, expect, test } from "vitest";
import type { Caller } from "../identity/caller.ts";
import { rulesOf } from "../testing/policy-of.ts";
import type { RuleList } from "./parse-rule.ts";
import { ANY_IMAGE, imageOwnedBy, type PolicyTarget } from "./policy-target.ts";
import { RuleSet } from "./rule-set.ts";
import { servedRuleNames, type RuleName } from "./served-rules.ts";
import { UNSERVED_RULES } from "./unserved-rules.ts";

const ADMIN: Caller = { userId: "root", projectId: "infra", roles: new Set(["admin", "member", "reader"]) };
const MEMBER: Caller = { userId: "alice", projectId: "alpha", roles: new Set(["member", "reader"]) };
const READER: Caller = { userId: "anna", projectId: "alpha", roles: new Set(["reader"]) };
const OWN = imageOwnedBy("alpha");

test("the defaults have neither mistakes nor notes", () => {
  const { mistakes, notes, overridden } = new RuleSet();
  expect({ mistakes, notes, overridden }).toEqual({ mistakes: [], notes: [], overridden: new Map() });
});

test("every default may stand in a file, and nothing changes by it but that some are not served", () => {
  const { mistakes, notes } = rulesOf(Object.fromEntries(UNSERVED_RULES));
  expect(mistakes).toEqual([]);
  expect(new Set(notes.map(({ text }) => text))).toEqual(new Set(["guards what this server does not serve"]));
  expect(notes).toHaveLength(UNSERVED_RULES.size);
});

describe("a rule of the file", () => {
  test("overrides its default, and those that refer to it follow", () => {
    const rules = rulesOf({ modify_image: "role:reader and project_id:%(owner)s" });
    expect(rules.decide("modify_image", READER, OWN)).toBe(true);
    expect(rules.decide("delete_image_tag", READER, OWN)).toBe(true);
    expect(rules.decide("delete_image", READER, OWN)).toBe(false);
  });

  test("may refer to rules of its own and to Glance's, in whatever order", () => {
    const rules = rulesOf({
      delete_image_tag: "rule:janitor or rule:manage_image_cache",
      janitor: "rule:somebody and project_id:%(project_id)s",
      somebody: [["role:reader", "role:member"], "role:tag_janitor"],
    });
    expect(rules.mistakes).toEqual([]);
    expect(rules.notes).toEqual([]);
    expect(rules.decide("delete_image_tag", MEMBER, OWN)).toBe(true);
    expect(rules.decide("delete_image_tag", READER, OWN)).toBe(false);
    expect(rules.decide("delete_image_tag", ADMIN, OWN)).toBe(true);
  });

  test.each<[what: string, rule: string | RuleList | { mistake: string }, text: string]>([
    ["that cannot be read", "role:admin or", "at character 14: a check is missing at the end"],
    ["with a list that cannot be read", [["admin"]], '"admin" is no check: one has the form KIND:MATCH'],
    ["that is no rule", { mistake: "is no text" }, "is no text"],
    ["that asks another server", "not http://policy/", 'at character 5: "http://policy/": a check that asks'],
    ["that refers to no rule", "role:admin or rule:nope", 'refers to "rule:nope", and there is no such rule'],
    ["that refers to itself", "not rule:modify_image", "refers to itself: modify_image -> modify_image"],
    ["that refers to itself by another", "not rule:add_image_tag", "refers to itself: modify_image ->"],
  ])("%s holds for nobody, nor does what refers to it, and the others are in force", (_, rule, text) => {
    const rules = new RuleSet(
      new Map([
        ["modify_image", { line: 3, rule }],
        ["delete_image_tag", { line: 4, rule: "not rule:modify_image" }],
        ["delete_image", { line: 5, rule: "role:reader" }],
      ]),
    );
    expect(rules.mistakes[0]).toEqual({
      name: "modify_image",
      line: 3,
      text: expect.stringContaining(text) as unknown,
    });
    for (const caller of [ADMIN, MEMBER, READER]) {
      for (const name of ["modify_image", "delete_image_tag", "add_image_tag"] as const) {
        expect(rules.decide(name, caller, OWN), name).not.toBe(true);
      }
      expect(rules.decide("delete_image", caller, OWN)).toBe(true);
    }
  });

  test("that refers to one with a mistake is decided where that makes no difference", () => {
    const rules = rulesOf({ context_is_admin: "role:admin or", publicize_image: "not rule:get_image" });
    expect(rules.decide("modify_image", MEMBER, OWN)).toBe(true);
    expect(rules.decide("modify_image", ADMIN, ANY_IMAGE)).toBeUndefined();
    expect(rules.decide("context_is_admin", ADMIN, ANY_IMAGE)).toBeUndefined();
    expect(rules.decide("publicize_image", READER, OWN)).toBe(false);
    expect(rules.decide("publicize_image", { ...READER, roles: new Set() }, OWN)).toBeUndefined();
  });

  test("that leads into a circle is broken without being blamed for it", () => {
    const rules = rulesOf({ get_image: "not rule:a", a: "rule:b", b: "role:admin or rule:a" });
    expect(rules.mistakes.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(rules.decide("get_image", MEMBER, OWN)).toBeUndefined();
  });

  test.each([
    ["of an unknown name", { frobnicate: "role:admin" }, "is no rule of the Image API"],
    ["that guards what is not served", { get_tasks: "role:admin" }, "guards what this server does not serve"],
    ["with the tags of an image", { get_image: "'a':%(tags)s" }, "compares with %(tags)s"],
    ["with what no caller has", { get_image: "tenant:%(owner)s" }, `asks for the caller's "tenant"`],
  ])("%s is noted", (_, rules, text) => {
    const { notes, mistakes } = rulesOf(rules);
    expect(mistakes).toEqual([]);
    expect(notes).toEqual([
      { name: Object.keys(rules)[0], line: 1, text: expect.stringContaining(text) as unknown },
    ]);
  });
});

describe("a whole image is needed", () => {
  test("by no default", () => {
    const rules = new RuleSet();
    expect(servedRuleNames().filter((name) => rules.needsWholeImage(name))).toEqual([]);
  });

  test("by a rule that asks for a property, and by those that refer to it", () => {
    const rules = rulesOf({ modify_image: "rule:golden", golden: "'yes':%(golden)s" });
    const needing = servedRuleNames().filter((name) => rules.needsWholeImage(name));
    expect(needing).toEqual(["modify_image", "add_image_tag", "delete_image_tag"]);
  });

  test("by none that asks for what is at hand, or for what never holds", () => {
    const text = "True:%(protected)s or 'i':%(id)s or project_id:%(member)s or 'x':%(tags)s";
    expect(rulesOf({ modify_image: text }).needsWholeImage("modify_image")).toBe(false);
  });
});

describe("the scope of a token", () => {
  const scopes: Caller[] = [
    { userId: "u", projectId: null, roles: ADMIN.roles, attributes: { system_scope: "all" } },
    { userId: "u", projectId: null, roles: ADMIN.roles, attributes: { domain_id: "default" } },
    { userId: "u", projectId: "alpha", roles: ADMIN.roles, attributes: { system_scope: "all" } },
    { userId: "u", projectId: null, roles: ADMIN.roles },
  ];

  test.each(scopes)("%j passes no rule about images, and is an administrator's all the same", (caller) => {
    const rules = rulesOf({ get_images: "@" });
    const passed = servedRuleNames().filter((name: RuleName) => rules.decide(name, caller, OWN) !== false);
    expect(passed).toEqual(["context_is_admin"]);
  });
});

test.each<[who: string, caller: Caller, image: PolicyTarget, truth: boolean | undefined]>([
  ["an administrator and any image", ADMIN, ANY_IMAGE, true],
  ["a member and any image", MEMBER, ANY_IMAGE, undefined],
  ["a member and an image of its own", MEMBER, OWN, true],
  ["a reader and any image", READER, ANY_IMAGE, false],
])("removing tags is decided beforehand for %s: %o", (_, caller, image, truth) => {
  expect(new RuleSet().decide("delete_image_tag", caller, image)).toBe(truth);
});
