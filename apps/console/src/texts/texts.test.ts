import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { english } from "./english.ts";
import { german } from "./german.ts";
import { counted, text } from "./texts.ts";

/** What the page is written in. */
const SOURCE = join(import.meta.dirname, "..");

const placeholders = (template: string) =>
  [...template.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted();

it("has room for the same values in every language", () => {
  for (const [key, template] of Object.entries(english)) {
    expect({ key, values: placeholders(german[key as keyof typeof german]) }).toEqual({
      key,
      values: placeholders(template),
    });
  }
});

it("has no text left empty", () => {
  expect([...Object.values(english), ...Object.values(german)].filter((each) => each.trim() === "")).toEqual(
    [],
  );
});

it("puts values in as they are, also such as look like a place for one", () => {
  expect(text("serverRefused", { reason: "{count} $& <b>" })).toBe("The server refused: {count} $& <b>");
  expect(counted("imagesSome", 1)).toBe("1 image");
  expect(counted("imagesSome", 12_345)).toBe("12,345 images");
});

it("has no text that nothing shows", () => {
  const sources = globSync("**/*.{ts,tsx}", { cwd: SOURCE, exclude: ["texts/*", "**/*.test.ts"] })
    .map((file) => readFileSync(join(SOURCE, file), "utf8"))
    .join("\n");
  const names = Object.keys(english).map((key) => key.replace(/_(one|other)$/, ""));
  expect(names.filter((name) => !sources.includes(`"${name}"`))).toEqual([]);
});
