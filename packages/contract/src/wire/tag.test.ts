import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  addableTag,
  MAX_TAG_LENGTH,
  removableTag,
  TAG_PROFILES,
  tagProblem,
  type TagProfile,
} from "./tag.ts";

const USES = ["add", "remove"] as const;
type Use = (typeof USES)[number];

/** Any code point, surrogates that stand alone among them. (`unit: "binary"` takes a second to set up.) */
const codePoint = fc
  .oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 0xff }) },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 0x10ffff }) },
    fc.integer({ min: 0xd800, max: 0xdfff }),
  )
  .map((code) => String.fromCodePoint(code));

/** Each profile with each use. */
const RULES = TAG_PROFILES.flatMap((profile) => USES.map((use) => ({ profile, use })));

const accepts = (profile: TagProfile, use: Use, tag: string): boolean =>
  tagProblem(tag, profile, use) === undefined;

describe.each(RULES)("the tag rule of profile $profile, to $use", ({ profile, use }) => {
  test.each(["a", "7", "_", "-", "web-server_01", "A", "x".repeat(255), "-".repeat(255)])(
    "takes %j",
    (tag) => {
      expect(tagProblem(tag, profile, use)).toBeUndefined();
    },
  );

  test("refuses an empty tag", () => {
    expect(tagProblem("", profile, use)).toBe("A tag must not be empty.");
  });

  test.each([256, 257, 1_000, 100_000])("refuses %d characters and tells how many", (length) => {
    expect(tagProblem("x".repeat(length), profile, use)).toBe(
      `A tag has at most 255 characters, this one has ${length}.`,
    );
  });

  test("is that of the schema too, in one issue that is known for a tag's", () => {
    const schema = use === "add" ? addableTag(profile) : removableTag(profile);
    const anyText = fc.oneof(
      fc.string({ unit: codePoint }),
      fc.string({ maxLength: 3 }),
      fc.stringMatching(/^[\w-]{0,300}$/),
      fc.constantFrom("", "\ud800", "a\0", "😀".repeat(256)),
    );
    fc.assert(
      fc.property(anyText, (tag) => {
        const problem = tagProblem(tag, profile, use);
        const parsed = schema.safeParse(tag);
        expect(parsed.success).toBe(problem === undefined);
        if (problem === undefined) expect(parsed.data).toBe(tag);
        else expect(parsed.error?.issues).toMatchObject([{ message: problem, params: { rule: "tag" } }]);
      }),
    );
  });

  test("says of each text either nothing or a sentence", () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint }), (tag) => {
        const problem = tagProblem(tag, profile, use);
        if (problem !== undefined) expect(problem).toMatch(/^A tag [\x20-\x7e]+\.$/);
      }),
    );
  });

  test("never changes by the case, the normal form or what is around a tag", () => {
    const schema = use === "add" ? addableTag(profile) : removableTag(profile);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (tag) => {
        const parsed = schema.safeParse(tag);
        if (parsed.success) expect(parsed.data).toBe(tag);
      }),
    );
  });
});

describe("in the profile glance", () => {
  // Not UTF-16 units, not bytes, not what a reader takes for one character.
  test.each([
    ["255 emoji", "😀".repeat(255)],
    ["255 of the highest code point", "\u{10ffff}".repeat(255)],
    ["255 letters of three bytes", "日".repeat(255)],
    ["85 families of three", "👨‍👩".repeat(85)],
    ["254 letters and an emoji", `${"x".repeat(254)}😀`],
  ])("%s are 255 characters, and fit", (_, tag) => {
    expect([...tag]).toHaveLength(255);
    for (const use of USES) {
      expect(tagProblem(tag, "glance", use)).toBeUndefined();
      expect(tagProblem(`${tag}x`, "glance", use)).toMatch(/this one has 256\.$/);
      expect(tagProblem(`😀${tag}`, "glance", use)).toMatch(/this one has 256\.$/);
    }
  });

  test("a tag fits when it has 1 to 255 code points, whichever they are, to be removed", () => {
    // Surrogates that stand alone count one each.
    const unit = fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 400, size: "max" }), (units) => {
        const tag = units.join("");
        const length = [...tag].length;
        expect(accepts("glance", "remove", tag)).toBe(length >= 1 && length <= MAX_TAG_LENGTH);
      }),
    );
  });

  test("a tag fits to be added when it also is well-formed and has no control character", () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint, maxLength: 12 }), (tag) => {
        const control = [...tag].some((character) => isControl(character.codePointAt(0) ?? 0));
        expect(accepts("glance", "add", tag)).toBe(tag !== "" && tag.isWellFormed() && !control);
      }),
    );
  });

  test("each of the 65 control characters is refused by its name in an addition, and taken in a removal", () => {
    const refused: number[] = [];
    for (let code = 0; code < 0x180; code += 1) {
      const tag = `a${String.fromCodePoint(code)}b`;
      expect(accepts("glance", "remove", tag)).toBe(true);
      const problem = tagProblem(tag, "glance", "add");
      if (problem === undefined) continue;
      refused.push(code);
      const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
      expect(problem).toBe(`A tag must not contain control characters, this one has ${name}.`);
    }
    expect(refused).toHaveLength(65);
    expect(refused.every(isControl)).toBe(true);
  });

  test.each(["\ud800", "\udfff", "a\udbff", "\udc00\ud800", "a\ud83d b", `${"x".repeat(254)}\ud800`])(
    "%j, a surrogate that stands alone, is refused in an addition",
    (tag) => {
      expect(tagProblem(tag, "glance", "add")).toMatch(/lone surrogate/);
      expect(accepts("glance", "remove", tag)).toBe(true);
    },
  );

  test.each([
    " ",
    "a b",
    " a ",
    "\u00a0",
    "\u2028",
    "\u200b",
    "\u202e",
    "\ufeff",
    "\ufffd",
    "\ufffe",
    "\u{1f600}",
    ".",
    "..",
    "/",
    "a/b",
    "a\\b",
    "a?b#c",
    "100%",
    "%2F",
    "a,b",
    "a;b",
    "a&b=c",
    "'\"<>",
    "é",
    "e\u0301",
    "日本語",
    "\ufb00",
    "__proto__",
    "null",
  ])("%j is a tag as any other", (tag) => {
    for (const use of USES) expect(tagProblem(tag, "glance", use)).toBeUndefined();
  });
});

describe("in the profile ims", () => {
  const SENTENCE = "A tag can contain only digits, letters, underscores (_), and hyphens (-).";

  test.each([
    " ",
    "a b",
    "a ",
    "a.b",
    "a=b",
    "a/b",
    "..",
    "a+b",
    "é",
    "e\u0301",
    "ß",
    "\uff41",
    "\u0663",
    // Letters of other alphabets that a careless comparison takes for these.
    "\u212a",
    "\u017f",
    "😀",
    "a\n",
    "\na",
    "a\0",
    "\ud800",
  ])("%j is refused, to add and to remove alike", (tag) => {
    for (const use of USES) expect(tagProblem(tag, "ims", use)).toBe(SENTENCE);
  });

  test("a tag fits when it is 1 to 255 of A-Z a-z 0-9 _ -", () => {
    const charset = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    const character = fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...charset) }, codePoint);
    fc.assert(
      fc.property(fc.array(character, { maxLength: 300, size: "max" }), (characters) => {
        const tag = characters.join("");
        const fits =
          [...tag].every((one) => charset.includes(one)) && tag.length >= 1 && [...tag].length <= 255;
        for (const use of USES) expect(accepts("ims", use, tag)).toBe(fits);
      }),
    );
  });

  test("every tag that fits also fits the profile glance", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/), (tag) => {
        for (const use of USES)
          expect([accepts("ims", use, tag), accepts("glance", use, tag)]).toEqual([true, true]);
      }),
    );
  });
});

test("what may be added may be removed", () => {
  fc.assert(
    fc.property(fc.constantFrom(...TAG_PROFILES), fc.string({ unit: codePoint }), (profile, tag) => {
      if (accepts(profile, "add", tag)) expect(accepts(profile, "remove", tag)).toBe(true);
    }),
  );
});

describe("the JSON Schema of a tag", () => {
  test.each(RULES)(
    "of profile $profile, to $use, refuses what the rule refuses and takes what it takes",
    ({ profile, use }) => {
      const schema = z.toJSONSchema(use === "add" ? addableTag(profile) : removableTag(profile));
      expect(schema).toMatchObject({ type: "string", minLength: 1, maxLength: 255 });
      const pattern = schema.pattern === undefined ? /(?:)/u : new RegExp(schema.pattern, "u");
      // JSON Schema counts code points, and has no word for a surrogate that stands alone.
      const text = fc.string({ unit: codePoint, maxLength: 8 }).filter((value) => value.isWellFormed());
      fc.assert(
        fc.property(fc.oneof(text, fc.stringMatching(/^[\w.-]{0,6}$/)), (tag) => {
          const length = [...tag].length;
          const fits = length >= 1 && length <= 255 && pattern.test(tag);
          expect(fits).toBe(accepts(profile, use, tag));
        }),
      );
    },
  );
});

/** The C0 and C1 controls and DEL. */
function isControl(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}
