import { patternMatcher, type TagRuleVerb } from "@imagetags/contract";

/** A rule about tags that must not go or come. */
export interface TagRule {
  readonly id: string;
  /** When it was made, in microseconds since 1970. */
  readonly microseconds: number;
  /** The project for whose images it holds; `null`: for those of all. */
  readonly projectId: string | null;
  readonly pattern: string;
  readonly forbid: readonly TagRuleVerb[];
  /** The role whose bearers may all the same, in lower case; `null`: nobody. */
  readonly unlessRole: string | null;
  /** Who made it. */
  readonly userId: string | null;
}

/** A rule to be made. The store sets the rest. */
export type NewTagRule = Omit<TagRule, "id" | "microseconds">;

/** What is to be done to a tag of an image. */
export interface TagStep {
  readonly verb: TagRuleVerb;
  readonly tag: string;
}

type Compiled = TagRule & { readonly fits: (tag: string) => boolean };

/** Rules that hold together. */
export class TagRules {
  readonly #ofCloud: readonly Compiled[];
  readonly #byProject = new Map<string, Compiled[]>();

  constructor(rules: readonly TagRule[]) {
    const compiled = rules.map((rule) => ({ ...rule, fits: patternMatcher(rule.pattern) }));
    this.#ofCloud = compiled.filter(({ projectId }) => projectId === null);
    for (const rule of compiled) {
      if (rule.projectId === null) continue;
      const known = this.#byProject.get(rule.projectId);
      if (known === undefined) this.#byProject.set(rule.projectId, [rule]);
      else known.push(rule);
    }
  }

  /** The rule that forbids a step to the bearer of these roles on an image of this project (`null`: nobody's), if any. */
  forbidding(owner: string | null, step: TagStep, roles: ReadonlySet<string>): TagRule | undefined {
    const own = owner === null ? undefined : this.#byProject.get(owner);
    return firstForbidding(this.#ofCloud, step, roles) ?? firstForbidding(own ?? [], step, roles);
  }

  /** Whether no rule forbids a step, whosever the image is. */
  allowAnywhere(step: TagStep, roles: ReadonlySet<string>): boolean {
    if (firstForbidding(this.#ofCloud, step, roles) !== undefined) return false;
    for (const rules of this.#byProject.values()) {
      if (firstForbidding(rules, step, roles) !== undefined) return false;
    }
    return true;
  }
}

function firstForbidding(
  rules: readonly Compiled[],
  { verb, tag }: TagStep,
  roles: ReadonlySet<string>,
): TagRule | undefined {
  return rules.find(
    ({ forbid, unlessRole, fits }) =>
      forbid.includes(verb) && (unlessRole === null || !roles.has(unlessRole)) && fits(tag),
  );
}
