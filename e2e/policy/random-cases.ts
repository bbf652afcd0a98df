/** A rule as oslo.policy takes it: a text, or lists of checks. */
export type Rule = string | readonly (string | readonly string[])[];

/** A rule to decide, and what it is decided by. */
export interface Case {
  readonly rule: Rule;
  /** The rules that it may refer to. */
  readonly rules: Readonly<Record<string, string>>;
  readonly creds: {
    readonly user_id: string;
    readonly project_id: string;
    readonly roles: readonly string[];
    readonly [attribute: string]: unknown;
  };
  readonly target: Readonly<Record<string, string | number | boolean | null>>;
}

/** Rules, callers and targets made at random from a seed: the same seed makes the same cases. */
export function* randomCases(seed: number, count: number): Generator<Case> {
  const { one, some, chance, below } = dice(seed);

  const texts = ["alpha", "beta", "public", "shared", "True", "False", "5", "admin", "Member"];
  const attributes = ["project_id", "owner", "visibility", "member_id", "protected", "min_ram", "absent"];
  const match = (): string =>
    one([
      () => one(texts),
      () => `%(${one(attributes)})s`,
      () => `%(${one(attributes)})s`,
      () => `${one(texts)}%(${one(attributes)})s`,
      () => `${one(texts)}%%`,
    ])();
  const check = (): string =>
    one([
      () => one(["@", "!"]),
      () => `role:${match()}`,
      () => `Role:${match()}`,
      () => `rule:${one(["helper", "denied", "absent"])}`,
      () => `${one(["project_id", "user_id", "roles", "is_admin_project", "service_roles"])}:${match()}`,
      () =>
        `${one(["token.project.id", "token.groups.name", "token.level", "absent", "absent.id"])}:${match()}`,
      () => `'${one(texts)}':${match()}`,
      () => `"${one(texts)}":${match()}`,
      () => `${one(["True", "False", "None", "5", "-5", "0"])}:${match()}`,
    ])();
  const operator = (word: string) => (chance(0.1) ? word.toUpperCase() : word);
  const gap = () => one([" ", " ", " ", "  ", "\t", "\n"]);
  const sound = (depth: number): string => {
    if (depth === 0 || chance(0.3)) return check();
    return one([
      () => `${operator("not")}${gap()}${one([check(), `(${sound(depth - 1)})`])}`,
      () => `(${sound(depth - 1)})`,
      () => `( ${sound(depth - 1)}${gap()})`,
      () => [sound(depth - 1), operator("and"), sound(depth - 1)].join(gap()),
      () => [sound(depth - 1), operator("or"), sound(depth - 1)].join(gap()),
      () => [sound(depth - 1), "and", sound(depth - 1), "or", check()].join(gap()),
    ])();
  };
  // What a slip of the pen makes of a rule: a word too many, one too few, one that is no check.
  const slip = (rule: string): string => {
    const words = rule.split(/(\s+)/);
    const at = 2 * below((words.length + 1) / 2);
    const replacement = one<readonly (string | undefined)[]>([
      [],
      [words[at], " ", words[at]],
      ["(", words[at]],
      [words[at], " ) "],
      [" and "],
      [" not "],
      ["admin"],
    ]);
    return words.toSpliced(at, 1, ...replacement.map((word) => word ?? "")).join("");
  };
  const list = (): Rule => some(3, () => (chance(0.5) ? check() : some(3, check)));

  for (let number = 0; number < count; number += 1) {
    const rule = one<() => Rule>([
      () => sound(3),
      () => sound(3),
      () => sound(4),
      () => slip(sound(2)),
      list,
      () => "",
    ])();
    const roles = some(3, () => one(["admin", "member", "reader", "alpha"]));
    yield {
      rule,
      // One that refers to itself asks for ever.
      rules: { helper: sound(1).replaceAll(/rule:\w+/g, "role:admin"), denied: "!" },
      creds: {
        user_id: one(texts),
        project_id: one(texts),
        roles: [...new Set(roles)],
        is_admin_project: chance(0.5),
        service_roles: some(2, () => one(texts)),
        token: {
          project: { id: one(texts) },
          groups: some(3, () => ({ name: one(texts) })),
          level: one([5, 0, -5]),
        },
      },
      target: Object.fromEntries(
        attributes
          .filter((name) => name !== "absent" && chance(0.8))
          .map((name) => [name, one([...texts, ...texts, null, true, false, 5, 0])]),
      ),
    };
  }
}

/** A linear congruential generator, and what is drawn with it. */
function dice(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    // The lower bits of such a generator have short periods.
    return (state >>> 8) / 2 ** 24;
  };
  const one = <Choice>(choices: readonly Choice[]): Choice => {
    const choice = choices[Math.floor(next() * choices.length)];
    if (choice === undefined) throw new Error("There is nothing to choose from.");
    return choice;
  };
  return {
    one,
    some: <Made>(most: number, make: () => Made): Made[] =>
      Array.from({ length: Math.floor(next() * (most + 1)) }, make),
    chance: (probability: number): boolean => next() < probability,
    below: (most: number): number => Math.floor(next() * most),
  };
}
