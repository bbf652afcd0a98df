import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { openServerStore } from "../../testing/open-server-store.ts";
import { rowsOf } from "../sql/statement.ts";
import { toSqlText } from "./sql-text.ts";

describe("the text of a statement", () => {
  test("has plain values between quotes and all others in digits", () => {
    const values = [
      "prod",
      "2031-01-01 00:00:00.000000",
      "it's",
      "\\",
      "é",
      "",
      null,
      true,
      false,
      -7,
      2n ** 60n,
    ];
    expect(toSqlText(values.map(() => "?").join(", "), values)).toBe(
      "'prod', '2031-01-01 00:00:00.000000', _utf8mb4 x'69742773', _utf8mb4 x'5c', _utf8mb4 x'c3a9', '', " +
        "NULL, 1, 0, -7, 1152921504606846976",
    );
  });

  test("keeps what is quoted in it", () => {
    expect(toSqlText("select `what?` from `a``?` where b = '?' and c = ?", ["?"])).toBe(
      "select `what?` from `a``?` where b = '?' and c = _utf8mb4 x'3f'",
    );
  });

  test.each([
    ["?", []],
    ["?", ["a", "b"]],
    ["?", [1.5]],
    ["?", [Number.NaN]],
    ["?", [{}]],
    ["?", [undefined]],
  ])("of %j is not made with the values %j", (sql, values) => {
    expect(() => toSqlText(sql, values)).toThrow(TypeError);
  });

  test("never has anything of a value but its digits", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        expect(toSqlText("?", [value])).toMatch(/^(?:'[\w .:+-]*'|_utf8mb4 x'[0-9a-f]*')$/);
      }),
    );
  });
});

describeOnDatabases(
  "values that are written into the text of a statement on",
  (kind) => {
    test.each(["", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES"])(
      "come back as they were, sql_mode %j",
      async (mode) => {
        const limits = { poolSize: 1, connectTimeout: 10_000, statementTimeout: 10_000 };
        await using opened = await openServerStore(kind, limits);
        const { base } = opened;
        await base.autocommit(function* () {
          yield { sql: `set session sql_mode = '${mode}'`, parameters: [] };
        });
        await fc.assert(
          fc.asyncProperty(fc.array(fc.string({ unit: "binary" }), { maxLength: 5 }), async (values) => {
            const texts = ["'", "\\'; drop table images; --", "a\0b", "😀", ...values];
            const sql = `select ${texts.map((_, index) => `? as v${index}`).join(", ")}`;
            const rows = await base.read(function* () {
              return rowsOf<Record<string, string>>(yield { sql, parameters: texts });
            });
            expect(Object.values(rows[0] ?? {})).toEqual(texts);
          }),
          { numRuns: 50 },
        );
      },
    );
  },
  ({ name }) => name.includes("MariaDB"),
);
