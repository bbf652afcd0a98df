import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { propertyProblem } from "../wire/image-property.ts";
import { imageCreate } from "../wire/settable-image.ts";
import { checkBySchema } from "./check-by-schema.ts";
import { imageSchema } from "./image-schema.ts";

// A validator that knows nothing of ours reads the published document.
const ajv = new Ajv({ strict: false, allErrors: false });
const fits = ajv.compile({ type: "object", ...imageSchema, name: undefined, links: undefined });

const NAMES = Object.keys(imageSchema.properties);

/** Of these Glance looks at no value before it refuses them. */
const NOT_LOOKED_AT = new Set(["stores", "direct_url", "self", "file", "schema"]);

const uuid = fc.uuid().chain((id) => fc.constantFrom(id, id.toUpperCase(), `${id}\n`, id.slice(1), ` ${id}`));
const WORDS = [
  "public",
  "private",
  "raw",
  "qcow2",
  "bare",
  "ovf",
  "active",
  "queued",
  "never",
  "do_not_delete",
];
const words = fc.constantFrom(...WORDS, "");
/** Texts of about the lengths that the document bounds, of one code unit or two a character. */
const lengths = fc
  .tuple(
    fc.constantFrom("a", "é", "😀"),
    fc.constantFrom(1, 31, 32, 33, 63, 64, 65, 127, 128, 129, 254, 255, 256),
  )
  .map(([character, length]) => character.repeat(length));
const text = fc.oneof(words, uuid, lengths, fc.string({ unit: "binary", maxLength: 8 }));
const location = fc.record(
  {
    url: fc.oneof(text, fc.integer()),
    metadata: fc.oneof(fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }), text),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const value = fc.oneof(
  text,
  fc.constantFrom(null, true, false, 0, -1, 1, 1.5, 2 ** 31 - 1, 2 ** 31),
  fc.array(fc.oneof(text, fc.integer()), { maxLength: 3 }),
  fc.array(location, { maxLength: 2 }),
  fc.constant({}),
);
const member = fc.tuple(fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 5 })), value);

/** What this server refuses besides, each of it a bound of its own or a difference from Glance that is listed. */
function isRefusedBesides(name: string, sent: unknown): boolean {
  if (["min_disk", "min_ram"].includes(name))
    return typeof sent === "number" && (sent < 0 || sent >= 2 ** 31);
  if (name === "tags")
    return (
      Array.isArray(sent) &&
      sent.some((tag) => typeof tag === "string" && (tag === "" || /\p{Cc}|\p{Cs}/u.test(tag)))
    );
  return name === "";
}

describe("the published schema of an image and the check of what is sent", () => {
  const create = imageCreate("glance");

  test("agree on every value of every member, but for what is refused besides", () => {
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(member, ([name, sent]) => {
        if (NOT_LOOKED_AT.has(name) || name === "__proto__") return;
        const body = { [name]: sent };
        const taken = create.safeParse(body).success;
        if (isRefusedBesides(name, sent)) expect(taken).toBe(false);
        else expect(taken, ajv.errorsText(fits.errors)).toBe(fits(body));
        seen[taken ? "taken" : "refused"] += 1;
      }),
      { numRuns: 3_000 },
    );
    expect(seen.taken).toBeGreaterThan(300);
    expect(seen.refused).toBeGreaterThan(300);
  });

  test("agree on a property that a patch sets", () => {
    fc.assert(
      fc.property(member, ([name, sent]) => {
        const schema = Object.hasOwn(imageSchema.properties, name) ? imageSchema.properties[name] : undefined;
        if (name === "" || name === "__proto__" || (schema !== undefined && !("is_base" in schema))) return;
        expect(propertyProblem(name, sent) === undefined).toBe(fits({ [name]: sent }));
      }),
      { numRuns: 1_000 },
    );
  });

  test("have the same properties that images commonly have, which are checked by name", () => {
    for (const [name, schema] of Object.entries(imageSchema.properties)) {
      if (!("is_base" in schema)) continue;
      const mayBeNull = [schema["type"]].flat().includes("null");
      expect(propertyProblem(name, null) === undefined, name).toBe(mayBeNull);
    }
  });
});

test.each([
  [{ type: "string", minLength: 2, maxLength: 3 }, ["ab", "😀😀😀"], ["a", "😀", "abcd", 5, null]],
  [{ type: ["null", "string"], enum: [null, "a"] }, [null, "a"], ["b", "", 1]],
  [{ type: ["null", "string"], enum: ["a"] }, ["a"], [null, "b"]],
  [{ type: ["integer", "boolean"] }, [1, true], ["1", 1.5, null]],
  [
    { type: "object", properties: { a: { type: "integer" } }, required: ["a"], additionalProperties: false },
    [{ a: 1 }],
    [{}, { a: "1" }, { a: 1, b: 2 }, []],
  ],
] as const)("the check by %j is that of a validator of JSON Schema", (schema, good, bad) => {
  const check = checkBySchema(schema);
  const validate = ajv.compile(structuredClone(schema));
  for (const one of good)
    expect([check.safeParse(one).success, validate(one)], JSON.stringify(one)).toEqual([true, true]);
  for (const one of bad)
    expect([check.safeParse(one).success, validate(one)], JSON.stringify(one)).toEqual([false, false]);
});
