import { describe, expect, test } from "vitest";
import { createProgram } from "../program.ts";
import { placeOfCursor } from "./candidates.ts";

const at = (...words: string[]) => placeOfCursor(createProgram(), words);
const wordsAt = (...words: string[]) => {
  const { place } = at(...words);
  return place.kind === "words" ? place.candidates.map(({ word }) => word) : [place.kind];
};

describe("at the cursor may stand", () => {
  test("a command, and none that is hidden", () => {
    expect(wordsAt("")).toEqual(
      "list show tags add remove set clear rename move history undo completion help version".split(" "),
    );
    expect(wordsAt("--os-cloud", "x", "--insecure", "")).toContain("list");
  });

  test("the options of the command, and those of every command", () => {
    expect(wordsAt("remove", "--")).toEqual(
      expect.arrayContaining([
        "--everywhere",
        "--dry-run",
        "--output",
        "--os-cloud",
        "--os-auth-url",
        "--help",
      ]),
    );
    expect(wordsAt("show", "-")).not.toContain("--everywhere");
  });

  test("the choices of an option, in either way of writing it", () => {
    expect(wordsAt("list", "-o", "")).toContain("yaml");
    expect(at("list", "--output=y")).toMatchObject({ prefix: "--output=", typed: "y" });
    expect(wordsAt("list", "--output=")).toContain("yaml");
    expect(wordsAt("completion", "")).toEqual(["bash", "zsh", "fish"]);
  });

  test.each([
    [["show", ""], { kind: "images" }],
    [["show", "web-1", ""], { kind: "words", candidates: [] }],
    [["remove", ""], { kind: "images" }],
    [["remove", "web-1", ""], { kind: "tags", image: "web-1" }],
    [["remove", "web-1", "old", ""], { kind: "tags", image: "web-1" }],
    [["remove", "--everywhere", ""], { kind: "tags", image: undefined }],
    [["remove", "--", "-x", ""], { kind: "tags", image: "-x" }],
    [["add", "web-1", ""], { kind: "tags", image: undefined }],
    [["move", ""], { kind: "tags", image: undefined }],
    [["move", "a", ""], { kind: "words", candidates: [] }],
    [["move", "a", "--to", ""], { kind: "images" }],
    [["list", "--tag", ""], { kind: "tags", image: undefined }],
    [["list", "--not-tag=x"], { kind: "tags", image: undefined }],
    [["list", "--name", ""], { kind: "images" }],
    [["list", "--token-file", ""], { kind: "files" }],
    [["list", "--limit", ""], { kind: "words", candidates: [] }],
  ])("after %j: %j", (words, place) => {
    expect(at(...words).place).toEqual(place);
  });

  test("what belongs to the cloud that the options before it name", () => {
    expect(at("--os-cloud", "x", "remove", "--everywhere", "--timeout=5", "").options).toEqual([
      "--os-cloud",
      "x",
      "--everywhere",
      "--timeout=5",
    ]);
  });
});
