import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_PATTERN_LENGTH, patternMatcher, patternProblem } from "./tag-pattern.ts";

/** Few characters, so that patterns fit often; some of them take two units of UTF-16. */
const text = (most: number) =>
  fc.string({ unit: fc.constantFrom("a", "b", "*", "?", "\\", "é", "😀", "\ud83d"), maxLength: most });
const pattern = (most: number) =>
  fc
    .array(fc.constantFrom("a", "b", "?", "*", "\\*", "\\?", "\\\\", "é", "😀"), {
      minLength: 1,
      maxLength: most,
    })
    .map((parts) => parts.join(""));

/** The same question, answered by trying. */
function fitsByTrying(parts: readonly string[], characters: readonly string[]): boolean {
  const [part, ...others] = parts;
  if (part === undefined) return characters.length === 0;
  if (part === "*") {
    return (
      characters.some((_, index) => fitsByTrying(others, characters.slice(index))) || fitsByTrying(others, [])
    );
  }
  const [character, ...rest] = characters;
  if (character === undefined) return false;
  return (part === "?" || part.replace(/^\\/, "") === character) && fitsByTrying(others, rest);
}

const partsOf = (written: string) => written.match(/\\.|[^\\]/gsu) ?? [];

describe("a pattern", () => {
  test.each([
    ["release-*", ["release-", "release-1", "release-*"], ["release", "Release-1", "a release-1", ""]],
    ["*", ["", "a", "日本語"], []],
    ["?", ["a", "é", "😀", "?"], ["", "ab", "e\u0301"]],
    ["v?.*", ["v1.", "v1.2.3"], ["v10.1", "v."]],
    ["prod", ["prod"], ["Prod", "prod ", "production"]],
    ["100%", ["100%"], ["100"]],
    [String.raw`\*`, ["*"], ["a", "", "\\*"]],
    [String.raw`\\\?`, [String.raw`\?`], ["\\a", "?"]],
    ["[ab]{1}", ["[ab]{1}"], ["a"]],
    ["*-lts", ["-lts", "24.04-lts", "-lts-lts"], ["24.04-lts-1"]],
  ])("%s fits whole tags by their characters", (written, fitting, others) => {
    const fits = patternMatcher(written);
    for (const tag of fitting) expect([tag, fits(tag)]).toEqual([tag, true]);
    for (const tag of others) expect([tag, fits(tag)]).toEqual([tag, false]);
  });

  test("fits the same tags as when it is tried", () => {
    fc.assert(
      fc.property(pattern(7), text(9), (written, tag) => {
        expect(patternMatcher(written)(tag)).toBe(fitsByTrying(partsOf(written), [...tag]));
      }),
      { numRuns: 2_000 },
    );
  });

  test("of more places than a word has bits fits the same tags as when it is tried", () => {
    const long = fc.tuple(fc.integer({ min: 25, max: 70 }), pattern(5), fc.constantFrom("", "*", "?"));
    fc.assert(
      fc.property(long, text(6), ([count, end, between], last) => {
        const written = `${"a?".repeat(count)}${between}${end}`;
        const tag = `${"ab".repeat(count)}${last}`;
        expect(patternMatcher(written)(tag)).toBe(fitsByTrying(partsOf(written), [...tag]));
      }),
    );
  });

  test("that a search by trying never ends with is answered all the same", () => {
    const worst = "*a".repeat(127);
    expect(patternMatcher(worst)("a".repeat(255))).toBe(true);
    expect(patternMatcher(`${worst}b`)("a".repeat(255))).toBe(false);
    expect(patternMatcher("?".repeat(255))("😀".repeat(255))).toBe(true);
    expect(patternMatcher("?".repeat(255))("a".repeat(254))).toBe(false);
  });

  test.each([
    ["", /empty/],
    ["a".repeat(MAX_PATTERN_LENGTH + 1), /at most 255 characters, this one has 256/],
    ["\ud800", /lone surrogate/],
    ["a\0", /control characters/],
    [String.raw`\a`, /backslash/],
    ["a\\", /backslash/],
  ])("%j is refused, and fits nothing", (written, problem) => {
    expect(patternProblem(written)).toMatch(problem);
    expect(patternMatcher(written)(written)).toBe(false);
  });

  test("of the longest tag and of each character as itself is taken", () => {
    expect(patternProblem("😀".repeat(MAX_PATTERN_LENGTH))).toBeUndefined();
    expect(patternProblem("[!a-z]{x,y}(+)^$.|")).toBeUndefined();
  });
});
