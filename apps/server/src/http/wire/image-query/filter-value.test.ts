import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BadRequest } from "../../bad-request.ts";
import { readTextFilter, splitOperator } from "./filter-value.ts";

describe("the operator of a filter", () => {
  test.each([
    ["", "eq", ""],
    ["a", "eq", "a"],
    ["gt:5", "gt", "5"],
    ["in:a:b", "in", "a:b"],
    [":", "", ""],
    [" eq:a", " eq", "a"],
    ["2031-01-01T10:00:00Z", "eq", "2031-01-01T10:00:00Z"],
    ["gt:2031-01-01T10:00:00Z", "gt", "2031-01-01T10:00:00Z"],
    ["2031-01-01T10:00:00 01:00", "2031-01-01T10", "00:00 01:00"],
  ])("of %j is %j", (value, operator, operand) => {
    expect(splitOperator(value)).toEqual({ operator, operand });
  });
});

describe("a filter on text", () => {
  test.each([
    ["in:", []],
    ["in:a", ["a"]],
    ["in:a,b", ["a", "b"]],
    ["in:a,", ["a"]],
    ["in:,a", ["", "a"]],
    ["in:a,,b", ["a", "", "b"]],
    ["in: a , b ", [" a ", " b "]],
    ['in:""', [""]],
    ['in:"",""', ["", ""]],
    ['in:"a,b",c', ["a,b", "c"]],
    ['in:c,"a,b"', ["c", "a,b"]],
    ['in:"a",', ["a"]],
    ['in:"a",,b', ["a", "", "b"]],
    ['in:"a\\"b",c', ['a"b', "c"]],
    ['in:a\\"b', ['a"b']],
    ["in:a\\b", ["a\\b"]],
    ['in:"a\\b"', ["a\\b"]],
    ["eq:in:a,b", ["in:a,b"]],
    ["a,b", ["a,b"]],
    ['"a"', ['"a"']],
  ])("%j takes %j", (value, values) => {
    expect(readTextFilter(value)).toEqual(values);
  });

  test("takes any values that are quoted, as long as none ends in a backslash", () => {
    const value = fc.string({ unit: fc.constantFrom("a", ",", '"', "\\", " ", ":", "é") });
    fc.assert(
      fc.property(fc.array(value.filter((text) => !text.endsWith("\\"))), (values) => {
        const quoted = values.map((text) => `"${text.replaceAll('"', '\\"')}"`);
        expect(readTextFilter(`in:${quoted.join(",")}`)).toEqual(values);
      }),
    );
  });

  test("reads any list, or refuses it", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", ",", '"', "\\") }), (list) => {
        try {
          expect(readTextFilter(`in:${list}`).join(",").length).toBeLessThanOrEqual(list.length);
        } catch (error) {
          expect(error).toBeInstanceOf(BadRequest);
        }
      }),
    );
  });
});
