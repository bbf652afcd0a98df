import fc from "fast-check";
import { expect, it } from "vitest";
import { wellFormedText } from "../testing/any-text.ts";
import { oddTags, unmisread } from "./odd-tags.ts";

it("finds nothing odd about tags that have nothing to do with each other", () => {
  expect(oddTags(["prod", "stable", "日本語", "é", "a/b", "100%"])).toEqual(new Map());
});

it("marks white space at an end, and tags that differ by case, accents or white space alone", () => {
  const odd = oddTags(["prod", "Prod", "prod ", "cafe", "café", "other"]);
  expect(odd.get("prod")).toEqual([{ kind: "near", others: ["Prod", "prod "] }]);
  expect(odd.get("prod ")).toEqual([{ kind: "white-space" }, { kind: "near", others: ["prod", "Prod"] }]);
  expect(odd.get("café")).toEqual([{ kind: "near", others: ["cafe"] }]);
  expect(odd.has("other")).toBe(false);
});

it.each([
  ["Ã©", "é"],
  ["æ—¥æœ¬", "日本"],
  ["â‚¬", "€"],
  ["Ã\u009F", "ß"],
])("takes %j for %j that was read in the wrong encoding", (text, meant) => {
  expect(unmisread(text)).toBe(meant);
});

it.each(["é", "Größe", "naïve", "日本語", "plain"])("takes %j for what it is", (text) => {
  expect(unmisread(text)).toBeUndefined();
});

it("finds what any text was before it was read as Latin-1", () => {
  fc.assert(
    fc.property(wellFormedText, (text) => {
      const misread = String.fromCharCode(...new TextEncoder().encode(text));
      expect(unmisread(misread)).toBe(misread === text ? undefined : text);
    }),
  );
});
