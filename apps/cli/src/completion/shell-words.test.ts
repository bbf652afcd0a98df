import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bashReplacement, quotedForShell, splitLine } from "./shell-words.ts";

const BREAKS = " \t\n\"'><=;|&(:";

describe("a typed line", () => {
  test.each([
    ["imagetags ", ["imagetags", ""]],
    ["imagetags sh", ["imagetags", "sh"]],
    [String.raw`imagetags show a\ b`, ["imagetags", "show", "a b"]],
    [`imagetags show "a b`, ["imagetags", "show", "a b"]],
    [`imagetags show 'a "b' c`, ["imagetags", "show", 'a "b', "c"]],
    [String.raw`x "a\"b\c" `, ["x", String.raw`a"b\c`, ""]],
    [`x --tag="é`, ["x", "--tag=é"]],
    ["x ''", ["x", ""]],
  ])("%j has the words %j", (line, words) => {
    expect(splitLine(line).words).toEqual(words);
  });

  test("with quoted words reads as what was quoted", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme", minLength: 1 })), (words) => {
        const typed = words.filter((word) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(word));
        expect(splitLine(`${typed.map(quotedForShell).join(" ")} `).words).toEqual([...typed, ""]);
      }),
    );
  });
});

test("a quoted word is that word in a real shell", () => {
  const words = fc.sample(fc.string({ unit: "grapheme-ascii", minLength: 1 }), 200);
  const script = `printf '%s\\0' ${words.map(quotedForShell).join(" ")}`;
  const run = spawnSync("sh", ["-c", script], { encoding: "utf8" });
  expect(run.stderr).toBe("");
  expect(run.stdout.split("\0").slice(0, -1)).toEqual(words);
});

describe("bash puts in the place of what it completes", () => {
  test.each([
    ["we", "web-1", "web-1"],
    ["", "a b", String.raw`a\ b`],
    ['"a', "a b$", String.raw`a b\$`],
    ["'a", "a b$", "a b$"],
    ["'a", "a'b", undefined],
    ["--tag=we", "--tag=web:1", "web:1"],
    ["web:", "web:1", "1"],
    ['"a"b', "ab", undefined],
    ["$(rm", "$(rm -r)", undefined],
  ])("for %s and the candidate %s: %s", (typed, candidate, replacement) => {
    const { current } = splitLine(`x ${typed}`);
    expect(bashReplacement(candidate, current, BREAKS)).toBe(replacement);
  });
});
