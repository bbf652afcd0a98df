import fc from "fast-check";
import type { Caller } from "../identity/caller.ts";
import type { Check, Template } from "../policy/check.ts";
import type { PolicyTarget, TargetValue, UNKNOWN } from "../policy/policy-target.ts";

/** Few names and texts, so that rules, callers and targets often meet. */
const ROLES = ["admin", "member", "reader", "Tag-Janitor"] as const;
const TEXTS = ["alpha", "beta", "public", "shared", "True", "False", "None", "5", "100%"] as const;

/** The attributes that the targets of the tests may have. */
const ATTRIBUTES = ["owner", "project_id", "visibility", "member_id", "os_distro", "min_ram"] as const;

const text = fc.constantFrom(...TEXTS);
const attribute = fc.constantFrom(...ATTRIBUTES, "absent");

function template(texts: fc.Arbitrary<string>): fc.Arbitrary<Template> {
  return fc.oneof(
    texts.map((one): Template => [one]),
    attribute.map((name): Template => [{ attribute: name }]),
    fc.tuple(texts, attribute).map(([one, name]): Template => [one, { attribute: name }, "x"]),
  );
}

/** Any rule. It refers to the given names only. */
export function anyCheck(...references: string[]): fc.Arbitrary<Check> {
  const leaf: fc.Arbitrary<Check>[] = [
    fc.constant({ kind: "always" }),
    fc.constant({ kind: "never" }),
    template(fc.constantFrom(...ROLES)).map((role) => ({ kind: "role", role })),
    fc
      .tuple(fc.constantFrom("user_id", "project_id", "roles", "domain_id", "token.id"), template(text))
      .map(([path, found]) => ({ kind: "attribute", path: path.split("."), text: found })),
    fc
      .tuple(text, template(text))
      .map(([literal, found]): Check => ({ kind: "literal", literal, text: found })),
    ...references.map((name) => fc.constant<Check>({ kind: "rule", name })),
  ];
  return fc.letrec<{ check: Check }>((tie) => ({
    check: fc.oneof(
      { maxDepth: 4, depthIdentifier: "check" },
      { weight: 3, arbitrary: fc.oneof(...leaf) },
      { weight: 1, arbitrary: tie("check").map((check): Check => ({ kind: "not", check })) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(
            fc.constantFrom("and" as const, "or" as const),
            fc.array(tie("check"), { minLength: 2, maxLength: 3 }),
          )
          .map(([kind, checks]): Check => ({ kind, checks })),
      },
    ),
  })).check;
}

/** Any caller with a project. */
export const anyCaller: fc.Arbitrary<Caller> = fc
  .record({ userId: text, projectId: text, roles: fc.uniqueArray(fc.constantFrom(...ROLES)) })
  .map(({ roles, ...rest }) => ({ ...rest, roles: new Set(roles.map((role) => role.toLowerCase())) }));

/** The values of a target's attributes. An attribute may be absent. */
export type TargetValues = Readonly<Record<string, TargetValue | typeof UNKNOWN>>;

const value = fc.oneof(text, fc.constantFrom<TargetValue>(null, true, false, 5, 0));

/** Any values of a target, all of them known. */
export const anyTarget: fc.Arbitrary<TargetValues> = fc.dictionary(fc.constantFrom(...ATTRIBUTES), value);

/** A target of these values. */
export function targetOf(values: TargetValues): PolicyTarget {
  return { attribute: (name) => (Object.hasOwn(values, name) ? values[name] : undefined) };
}
