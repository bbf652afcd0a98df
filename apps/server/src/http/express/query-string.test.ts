import { wellFormedText } from "@imagetags/testing/well-formed-text";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BadRequest } from "../bad-request.ts";
import { parseQuery } from "./query-string.ts";

describe("a query", () => {
  test.each([
    [null, {}],
    [undefined, {}],
    ["", {}],
    ["&", {}],
    ["&&a=1&", { a: "1" }],
    ["a", { a: "" }],
    ["a=", { a: "" }],
    ["=a", { "": "a" }],
    ["=", { "": "" }],
    ["a=1", { a: "1" }],
    ["a=1&b=2", { a: "1", b: "2" }],
    ["a=1&a=2", { a: ["1", "2"] }],
    ["a=1&b=2&a=1&a=", { a: ["1", "1", ""], b: "2" }],
    ["a=1=2", { a: "1=2" }],
    ["a=1+2", { a: "1 2" }],
    ["a=1%2B2", { a: "1+2" }],
    ["a+b=%20", { "a b": " " }],
    ["a%3Db=c%26d", { "a=b": "c&d" }],
    ["t%61g=w%65b", { tag: "web" }],
    ["tag=%C3%A9&tag=%f0%9f%98%80", { tag: ["é", "😀"] }],
    ["tag=%00", { tag: "\0" }],
    // Express's own reader makes lists and objects of these.
    ["a[]=1&a[]=2", { "a[]": ["1", "2"] }],
    ["a[b]=1&a.b=2", { "a[b]": "1", "a.b": "2" }],
    ["a=1,2;3", { a: "1,2;3" }],
    ["__proto__=1&constructor=2", { ["__proto__"]: "1", constructor: "2" }],
    ["a=1?b=2", { a: "1?b=2" }],
  ])("%j is read as %j", (text, query) => {
    expect({ ...parseQuery(text) }).toEqual(query);
    expect(Object.keys(parseQuery(text))).toEqual(Object.keys(query));
  });

  test("keeps names that every object has, without touching any object", () => {
    const query = parseQuery("__proto__=1&toString=2&__proto__=3");
    expect(Object.entries(query)).toEqual([
      ["__proto__", ["1", "3"]],
      ["toString", "2"],
    ]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  test.each([
    "a=%",
    "a=%z1",
    "a=%1",
    "%=a",
    "%zz",
    "a=%FF",
    "a=%C3",
    "a=%ED%A0%80",
    "a=%C0%AF",
    "ok=1&a=%F5%80%80%80",
  ])("%j is refused", (text) => {
    expect(() => parseQuery(text)).toThrow(BadRequest);
    expect(() => parseQuery(text)).toThrow(/not well-formed/);
  });

  const word = wellFormedText({ maxLength: 6 });

  test("that a form writes is read back, with what is repeated in its order", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { maxLength: 6 }), (pairs) => {
        const text = new URLSearchParams(pairs).toString();
        const expected = Map.groupBy(pairs, ([name]) => name);
        const read = Object.entries(parseQuery(text)).map(([name, value]) => [name, [value].flat()]);
        expect(new Map(Object.entries(Object.fromEntries(read)))).toEqual(
          new Map(
            Object.entries(
              Object.fromEntries([...expected].map(([name, all]) => [name, all.map(([, value]) => value)])),
            ),
          ),
        );
      }),
    );
  });
});
