import type { Random } from "./random.ts";

/** Who asks: the tokens that the server knows, and others. */
export const CALLERS = [
  { token: "fuzz-member", user_id: "mia", project_id: "alpha", roles: ["member"] },
  { token: "fuzz-reader", user_id: "rob", project_id: "alpha", roles: ["reader"] },
  { token: "fuzz-other", user_id: "oda", project_id: "beta", roles: ["member"] },
  { token: "fuzz-admin", user_id: "ada", project_id: "infra", roles: ["admin"] },
] as const;

/** A text of a few characters of every kind. */
export function text(random: Random): string {
  return random.oneOf(
    () =>
      random.pick(["", "a", "x", "prod", "Prod", "é", "日本", "🌍", "a/b", "100%", ".", "..", "__proto__"]),
    () =>
      random.pick([
        "constructor",
        "os_glance_x",
        "locations",
        "deleted",
        "tags",
        "id",
        "status",
        "%zz",
        "\u0000",
      ]),
    () => String.fromCodePoint(...random.list(20, () => random.below(0x800))),
    () => "x".repeat(random.below(300)),
    () => `t${random.below(20)}`,
  );
}

/** Anything that JSON can hold. */
export function json(random: Random, depth = 3): unknown {
  return random.oneOf<unknown>(
    () => text(random),
    () => random.pick([null, true, false, 0, -1, 1.5, 2 ** 31, 1e308]),
    () => (depth === 0 ? [] : random.list(5, () => json(random, depth - 1))),
    () =>
      depth === 0 ? {} : Object.fromEntries(random.list(5, () => [text(random), json(random, depth - 1)])),
  );
}

/** A body for a new image, mostly one that is taken. */
export function newImage(random: Random): unknown {
  const body: Record<string, unknown> = {
    name: text(random),
    tags: random.list(5, () => `t${random.below(20)}`),
  };
  if (random.chance(0.5)) Object.assign(body, { disk_format: "raw", container_format: "bare" });
  if (random.chance(0.3)) body["visibility"] = random.pick(["shared", "private", "community", "public", "x"]);
  if (random.chance(0.3)) body[text(random)] = json(random);
  if (random.chance(0.02)) body["p"] = "x".repeat(random.below(100_000));
  if (random.chance(0.01)) body["tags"] = Array.from({ length: random.below(20_000) }, () => "t");
  return body;
}

/** A patch, mostly of operations that there are. */
export function patch(random: Random): unknown {
  const operation = (): unknown => {
    const name = random.pick([
      "name",
      "tags",
      "visibility",
      "min_ram",
      "protected",
      "p1",
      "p2",
      text(random),
    ]);
    const path = random.chance(0.95) ? `/${name}` : text(random);
    return { op: random.pick(["add", "replace", "remove", "move"]), path, value: value(random, name) };
  };
  return random.chance(0.01)
    ? Array.from({ length: random.below(3_000) }, operation)
    : random.list(5, operation);
}

function value(random: Random, name: string): unknown {
  if (random.chance(0.2)) return json(random);
  if (name === "tags") return random.list(5, () => `t${random.below(20)}`);
  return name === "min_ram" ? random.below(100) : name === "protected" ? false : text(random);
}
