import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { oddText } from "../testing/arbitraries.ts";
import { tableLines } from "./table.ts";

const COLUMNS = ["id", "tags"];

describe("a table", () => {
  test("has its columns below each other, also with wide characters and combined ones", () => {
    const rows = [
      { id: "日本", tags: ["x"] },
      { id: "e\u0301", tags: ["y"] },
      { id: "👩‍👩‍👧", tags: ["z"] },
    ];
    expect(tableLines(COLUMNS, rows, Infinity)).toEqual([
      "ID    TAGS",
      "日本  x",
      "e\u0301     y",
      "👩‍👩‍👧    z",
    ]);
  });

  test("says clearly where a tag begins and ends", () => {
    const rows = [{ id: " x", tags: ["a, b", " c", "", '"d"', "e"] }];
    expect(tableLines(COLUMNS, rows, Infinity)[1]).toBe('" x"  "a, b", " c", "", "\\"d\\"", e');
  });

  test("goes on in further lines where the terminal is too narrow, and loses nothing", () => {
    const rows = [{ id: "0123456789", tags: ["aaaaaaaaaaaaaaaaaaaaaaaaaa", "b"] }];
    expect(tableLines(COLUMNS, rows, 24)).toEqual([
      "ID          TAGS",
      "0123456789  aaaaaaaaaaaa",
      "            aaaaaaaaaaaa",
      "            aa, b",
    ]);
  });

  test("keeps ids whole as long as other columns can give way", () => {
    const rows = [{ id: "0123456789", tags: ["aaaaaaaaaaaa"] }];
    expect(tableLines(COLUMNS, rows, 20)).toEqual([
      "ID          TAGS",
      "0123456789  aaaaaaaa",
      "            aaaa",
    ]);
    expect(tableLines(COLUMNS, rows, 18)).toEqual(["ID        TAGS", "01234567  aaaaaaaa", "89        aaaa"]);
  });

  test("is never wider than the terminal, if that has room for the narrowest columns", () => {
    const cell = fc.record({ id: oddText, tags: fc.array(oddText, { maxLength: 5 }) });
    fc.assert(
      fc.property(
        fc.array(cell, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 20, max: 60 }),
        (rows, width) => {
          for (const line of tableLines(COLUMNS, rows, width))
            expect(stringWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  test("shows all of every value, however narrow it is", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,200}$/), fc.integer({ min: 1, max: 60 }), (text, width) => {
        const [, ...lines] = tableLines(["name"], [{ name: text }], width);
        expect(lines.join("")).toBe(text);
      }),
    );
  });
});
