import { writeFileSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import type { Caller } from "../identity/caller.ts";
import { PolicyFileError, readPolicyFile, readSoundPolicyFile } from "./policy-file.ts";
import { imageOwnedBy } from "./policy-target.ts";
import { Policy } from "./policy.ts";
import type { RuleSet } from "./rule-set.ts";
import { samplePolicy } from "./sample-policy.ts";
import { servedRuleNames } from "./served-rules.ts";

const READER: Caller = { userId: "anna", projectId: "alpha", roles: new Set(["reader"]) };

describe("a policy file", () => {
  test.each([
    ["YAML", `"delete_image_tag": "role:reader"\n`],
    ["YAML without quotes", "# who removes tags\ndelete_image_tag: role:reader\n"],
    ["JSON", `{\n\t"delete_image_tag": "role:reader"\n}`],
    ["the list form", `delete_image_tag:\n  - - role:reader\n    - project_id:%(owner)s\n  - [role:x]\n`],
    ["several lines", `delete_image_tag: >\n  role:x or\n  (role:reader and\n  project_id:%(owner)s)\n`],
    ["an alias", `reader: &it "role:reader"\ndelete_image_tag: *it\nget_image: rule:reader\n`],
  ])("may be %s", (_, source) => {
    const { mistakes, decide } = bound(read(source));
    expect(mistakes).toEqual([]);
    expect(decide()).toBe(true);
  });

  test.each([
    ["nothing", ""],
    ["comments alone", "# nothing is overridden\n"],
    ["an empty mapping", "{}"],
  ])("may hold %s, and then the defaults are in force", (_, source) => {
    const { overridden, decide } = bound(read(source));
    expect(overridden.size).toBe(0);
    expect(decide()).toBe(false);
  });

  test.each([
    ["no YAML", `delete_image_tag: "role:a\n`, /line \d+: .*quote/i],
    ["a rule twice", "get_image: '@'\nget_images: '@'\nget_image: '!'\n", "line 3: Map keys must be unique"],
    ["no mapping", "- get_image\n", "must be a mapping from rule names to rules"],
    ["text", "get_image", "must be a mapping from rule names to rules"],
    ["a name that is no text", "get_image: '@'\n5: '@'\n", "line 2: the name of a rule must be a text"],
  ])("that holds %s is refused with the line", (_, source, message) => {
    expect(() => read(source)).toThrow(PolicyFileError);
    expect(() => read(source)).toThrow(message);
  });

  test.each([
    ["an unquoted !", "!", 'begins with an unquoted "!"'],
    ["a tag", "!x role:reader", 'begins with an unquoted "!"'],
    ["nothing", "", "is neither a text nor a list of texts"],
    ["an alias to nowhere", "*nowhere", "an alias (*name) in it leads nowhere"],
    ["an alias to nowhere in it", "[[*nowhere]]", "an alias (*name) in it leads nowhere"],
    ["a number", "5", "is neither a text nor a list of texts"],
    ["a truth", "true", "is neither a text nor a list of texts"],
    ["a mapping", "{a: b}", "is neither a text nor a list of texts"],
    ["a list of lists of lists", "[[[role:reader]]]", "is neither a text nor a list of texts"],
  ])("with %s for a rule breaks that rule, and holds for nobody", (_, rule, text) => {
    const { mistakes, decide } = bound(read(`get_image: "@"\ndelete_image_tag: ${rule}\n`));
    expect(mistakes).toEqual([
      { name: "delete_image_tag", line: 2, text: expect.stringContaining(text) as unknown },
    ]);
    expect(decide()).toBe(false);
  });

  test("that is not there is named", () => {
    expect(() => readPolicyFile("/nowhere/policy.yaml")).toThrow(
      /^The policy file \/nowhere\/policy.yaml cannot be read: ENOENT/,
    );
  });

  test("must have no mistakes at the start: all of them are told, with line, rule and character", () => {
    using folder = temporaryFolder();
    const path = folder.at("policy.yaml");
    writeFileSync(path, `get_image: role:a or\nget_images: "@"\nadd_image:\n  admin\n`);
    expect(() => readSoundPolicyFile(path)).toThrow(
      new PolicyFileError(
        `${path}: line 1: get_image: at character 10: a check is missing at the end\n` +
          `${path}: line 3: add_image: at character 1: "admin" is no check: one has the form KIND:MATCH`,
      ),
    );
  });
});

test("the printed policy is a policy file that says the same, and is printed as itself", () => {
  const source =
    `delete_image_tag: 'role:x or "a":%(b)s'\nget_image: [["role:a", "role:b"], "role:c"]\n` +
    `janitor: role:j\nadd_image: rule:janitor\nget_tasks: "!"\n`;
  const printed = samplePolicy(read(source));
  expect(printed).toContain('\n"get_image": [["role:a","role:b"],"role:c"]\n');
  expect(printed).toContain('\n#"modify_image": "rule:context_is_admin or (role:member');
  const again = read(printed);
  const rulesIn = (rules: RuleSet) => new Map([...rules.overridden].map(([name, { rule }]) => [name, rule]));
  expect(rulesIn(again)).toEqual(rulesIn(read(source)));
  expect(samplePolicy(again)).toBe(printed);
});

test("the printed defaults are the defaults, also with their rules taken out of the comments", () => {
  const printed = samplePolicy(read(""));
  expect(read(printed).overridden.size).toBe(0);
  const uncommented = read(printed.replaceAll(/^#"/gm, '"'));
  expect(uncommented.mistakes).toEqual([]);
  expect(uncommented.overridden.size).toBe(servedRuleNames().length);
  expect(bound(uncommented).decide()).toBe(false);
});

function read(source: string): RuleSet {
  using folder = temporaryFolder();
  const path = folder.at("policy.yaml");
  writeFileSync(path, source);
  return readPolicyFile(path);
}

function bound(rules: RuleSet) {
  const { mistakes, overridden } = rules;
  const policy = new Policy(rules);
  const decide = () => policy.allows("delete_image_tag", READER, imageOwnedBy("alpha"));
  return { mistakes, overridden, decide };
}
