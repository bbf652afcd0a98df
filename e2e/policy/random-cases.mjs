/** Rules, callers and targets made at random from a seed: the same seed makes the same cases. */
export function* randomCases(seed, count) {
  const { one, some, chance } = dice(seed);

  const texts = ["alpha", "beta", "public", "shared", "True", "False", "5", "admin", "Member"];
  const attributes = ["project_id", "owner", "visibility", "member_id", "protected", "min_ram", "absent"];
  const match = () =>
    one([
      () => one(texts),
      () => `%(${one(attributes)})s`,
      () => `%(${one(attributes)})s`,
      () => `${one(texts)}%(${one(attributes)})s`,
      () => `${one(texts)}%%`,
    ])();
  const check = () =>
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
  const operator = (word) => (chance(0.1) ? word.toUpperCase() : word);
  const gap = () => one([" ", " ", " ", "  ", "\t", "\n"]);
  const sound = (depth) => {
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
  const slip = (rule) => {
    const words = rule.split(/(\s+)/);
    const at = 2 * Math.floor((chance() * (words.length + 1)) / 2);
    const replacement = one([
      [],
      [words[at], " ", words[at]],
      ["(", words[at]],
      [words[at], " ) "],
      [" and "],
      [" not "],
      ["admin"],
    ]);
    return words.toSpliced(at, 1, ...replacement).join("");
  };
  const list = () => some(3, () => (chance(0.5) ? check() : some(3, check)));

  for (let number = 0; number < count; number += 1) {
    const rule = one([
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
function dice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    // The lower bits of such a generator have short periods.
    return (state >>> 8) / 2 ** 24;
  };
  const one = (choices) => choices[Math.floor(next() * choices.length)];
  return {
    one,
    some: (most, make) => Array.from({ length: Math.floor(next() * (most + 1)) }, make),
    chance: (probability) => (probability === undefined ? next() : next() < probability),
  };
}
