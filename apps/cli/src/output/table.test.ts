import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { oddText } from "../testing/odd-text.ts";
import { tableLines } from "./table.ts";

const COLUMNS = ["id", "tags"];

describe("a table", () => {
  test("has its columns below each other, also with wide characters and combined ones", async () => {
    const rows = [
      { id: "日本", tags: ["x"] },
      { id: "e\u0301", tags: ["y"] },
      { id: "👩‍👩‍👧", tags: ["z"] },
    ];
    expect(await tableLines(COLUMNS, rows, Infinity)).toEqual([
      "ID    TAGS",
      "日本  x",
      "e\u0301     y",
      "👩‍👩‍👧    z",
    ]);
  });

  test("says clearly where a tag begins and ends", async () => {
    const rows = [{ id: " x", tags: ["a, b", " c", "", '"d"', "e"] }];
    expect((await tableLines(COLUMNS, rows, Infinity))[1]).toBe('" x"  "a, b", " c", "", "\\"d\\"", e');
  });

  test("goes on in further lines where the terminal is too narrow, and loses nothing", async () => {
    const rows = [{ id: "0123456789", tags: ["aaaaaaaaaaaaaaaaaaaaaaaaaa", "b"] }];
    expect(await tableLines(COLUMNS, rows, 24)).toEqual([
      "ID          TAGS",
      "0123456789  aaaaaaaaaaaa",
      "            aaaaaaaaaaaa",
      "            aa, b",
    ]);
  });

  test("keeps ids whole as long as other columns can give way", async () => {
    const rows = [{ id: "0123456789", tags: ["aaaaaaaaaaaa"] }];
    expect(await tableLines(COLUMNS, rows, 20)).toEqual([
      "ID          TAGS",
      "0123456789  aaaaaaaa",
      "            aaaa",
    ]);
    expect(await tableLines(COLUMNS, rows, 18)).toEqual([
      "ID        TAGS",
      "01234567  aaaaaaaa",
      "89        aaaa",
    ]);
  });

  test("is never wider than the terminal, if that has room for the narrowest columns", async () => {
    const cell = fc.record({ id: oddText, tags: fc.array(oddText, { maxLength: 5 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(cell, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 20, max: 60 }),
        async (rows, width) => {
          for (const line of await tableLines(COLUMNS, rows, width))
            expect(stringWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  test("shows all of every value, however narrow it is", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.stringMatching(/^[a-z]{1,200}$/),
        fc.integer({ min: 1, max: 60 }),
        async (text, width) => {
          const [, ...lines] = await tableLines(["name"], [{ name: text }], width);
          expect(lines.join("")).toBe(text);
        },
      ),
    );
  });
});
