import { wellFormedText } from "@imagetags/testing/well-formed-text";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pageLinks } from "./page-links.ts";
import { parseQuery, type Query } from "../express/query-string.ts";

describe("the links of a page", () => {
  test.each([
    ["/v2/images", undefined, "/v2/images", undefined],
    ["/v2/images", "m2", "/v2/images", "/v2/images?marker=m2"],
    ["/v2/images?", "m2", "/v2/images", "/v2/images?marker=m2"],
    ["/v2/images?limit=2", "m2", "/v2/images?limit=2", "/v2/images?limit=2&marker=m2"],
    ["/v2/images?limit=2&marker=m1", "m2", "/v2/images?limit=2", "/v2/images?limit=2&marker=m2"],
    ["/v2/images?marker=m1&limit=2", undefined, "/v2/images?limit=2", undefined],
    ["/v2/images?marker=m1", "m2", "/v2/images", "/v2/images?marker=m2"],
    ["/v2/images?tag=a&tag=b", "m2", "/v2/images?tag=a&tag=b", "/v2/images?tag=a&tag=b&marker=m2"],
    [
      "/v2/images?tag=a&limit=1&tag=a",
      "m2",
      "/v2/images?tag=a&limit=1&tag=a",
      "/v2/images?tag=a&limit=1&tag=a&marker=m2",
    ],
    [
      "/v2/images?tag=%C3%A9%26%3D%23%2B",
      "m2",
      "/v2/images?tag=%C3%A9%26%3D%23%2B",
      "/v2/images?tag=%C3%A9%26%3D%23%2B&marker=m2",
    ],
    ["/v2/images?tag=a%20b", "m2", "/v2/images?tag=a+b", "/v2/images?tag=a+b&marker=m2"],
    ["/v2/images?m%61rker=m1", "m2", "/v2/images", "/v2/images?marker=m2"],
    ["/v2/images?tag=x", "a&b=c", "/v2/images?tag=x", "/v2/images?tag=x&marker=a%26b%3Dc"],
  ])("of %s before %s are %s and %s", (url, marker, first, next) => {
    expect(pageLinks(url, marker)).toEqual(next === undefined ? { first } : { first, next });
  });

  test("ask for the same list as the page, and the next one for what comes after its last", () => {
    const name = fc.constantFrom("tag", "limit", "marker", "é");
    const word = wellFormedText({ maxLength: 6 });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, word), { maxLength: 6 }), word, (pairs, marker) => {
        const { first, next = "" } = pageLinks(`/v2/images?${new URLSearchParams(pairs)}`, marker);
        const kept = readQuery(`?${new URLSearchParams(pairs.filter(([key]) => key !== "marker"))}`);
        expect(readQuery(first)).toEqual(kept);
        expect(readQuery(next)).toEqual({ ...kept, marker });
        for (const link of [first, next]) {
          expect(link).toMatch(/^\/v2\/images(?:\?[\x21-\x7e]+)?$/);
        }
      }),
    );
  });
});

function readQuery(link: string): Query {
  return { ...parseQuery(link.split("?")[1]) };
}
