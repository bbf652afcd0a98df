import fc from "fast-check";
import { expect, it } from "vitest";
import { anyText } from "../testing/any-text.ts";
import { exactSegments } from "./exact-characters.ts";

const TURNING = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

it.each([
  ["prod", "prod"],
  ["prod ", "prod[SP]"],
  ["  prod", "[SP×2]prod"],
  ["a b", "a b"],
  ["a  b", "a[SP×2]b"],
  ["caf\u00E9", "caf\u00E9"],
  ["cafe\u0301", "cafe\u0301[+0301]"],
  ["\u202Etxt.exe", "[RLO]txt.exe"],
  ["a\u200Bb", "a[ZWSP]b"],
  ["a\u200Db", "a[ZWJ]b"],
  ["👩‍👩‍👧", "👩‍👩‍👧"],
  ["a\u00A0b", "a[NBSP]b"],
  ["a\nb", "a[LF]b"],
  ["a\u0000b", "a[U+0000]b"],
  ["\uD800", "[U+D800]"],
  ["\u{E0041}", "[U+E0041]"],
  ["<b>&amp;</b>", "<b>&amp;</b>"],
])("%j is shown as %j", (text, shown) => {
  expect(show(text)).toBe(shown);
});

it("shows texts that differ in different ways", () => {
  const tricky = fc.string({
    unit: fc.constantFrom(
      "a",
      "e",
      "é",
      "e\u0301",
      "\u0301",
      " ",
      "\u00A0",
      "\u200B",
      "\u202E",
      "\t",
      "\u0000",
    ),
    maxLength: 6,
  });
  fc.assert(
    fc.property(tricky, tricky, (one, other) => {
      if (one !== other) expect(show(one)).not.toBe(show(other));
    }),
    { numRuns: 2000 },
  );
});

it("shows every text without what changes the direction of writing or breaks lines", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const shown = exactSegments(text).flatMap((segment) => (segment.kind === "text" ? [segment.text] : []));
      expect(shown.join("")).not.toMatch(TURNING);
    }),
  );
});

function show(text: string): string {
  return exactSegments(text)
    .map((segment) => (segment.kind === "text" ? segment.text : `[${segment.mark}]`))
    .join("");
}
