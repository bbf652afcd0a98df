import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalUrl, pathOf } from "./canonical-url.ts";

describe("the canonical form of a request target", () => {
  test.each([
    ["/v2/images/42/tags/web", "/v2/images/42/tags/web"],
    ["/v2/%69mages", "/v2/images"],
    ["/v2/images/42/tags/%77%65%62", "/v2/images/42/tags/web"],
    ["/a%2Db%2db%5F%7E%7e%2E", "/a-b-b_~~."],
    // Dot segments may be tags.
    ["/tags/.", "/tags/."],
    ["/tags/..", "/tags/.."],
    ["/tags/%2e%2E", "/tags/.."],
    ["/a/../b/./c", "/a/../b/./c"],
    ["//a//", "//a//"],
    // Reserved characters mean something else when they are plain.
    ["/a%2Fb%2f", "/a%2Fb%2f"],
    ["/a%3Fb%23c%25d", "/a%3Fb%23c%25d"],
    ["/a%20b+c", "/a%20b+c"],
    ["/a%26b%3Dc", "/a%26b%3Dc"],
    ["/%21%24%27%28%29%2A%2C%3A%3B%40", "/%21%24%27%28%29%2A%2C%3A%3B%40"],
    ["/%00%0A%7F", "/%00%0A%7F"],
    // Decoded once only.
    ["/%2541", "/%2541"],
    ["/%25%34%31", "/%2541"],
    ["/%252E", "/%252E"],
    // Malformed encoding stays, so that it is found out where it is decoded.
    ["/%", "/%"],
    ["/%z", "/%z"],
    ["/%zz%4", "/%zz%4"],
    ["/%%34%31", "/%41"],
    ["/%C3%A9%FF", "/%C3%A9%FF"],
    // On the wire a "#" begins no fragment.
    ["/a#b", "/a%23b"],
    ["/a?b#c#d", "/a?b%23c%23d"],
    ['/a"<>\\^`{|}', '/a"<>\\^`{|}'],
    ["/a?tag=%77eb&t%61g=%2E", "/a?tag=web&tag=."],
    ["*", "*"],
    ["", ""],
  ])("of %j is %j", (target, canonical) => {
    expect(canonicalUrl(target)).toBe(canonical);
  });

  // What arrives here is visible ASCII: all else is refused before.
  const byte = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
  const escaped = fc.integer({ min: 0, max: 0xff }).chain((code) => {
    const hex = code.toString(16).padStart(2, "0");
    return fc.constantFrom(`%${hex}`, `%${hex.toUpperCase()}`);
  });
  const target = fc.array(fc.oneof(byte, escaped), { maxLength: 20 }).map((parts) => `/${parts.join("")}`);

  test("is the canonical form of itself, but for escapes that it put together", () => {
    fc.assert(
      fc.property(target, (text) => {
        const once = canonicalUrl(text);
        fc.pre(!/%(?![0-9A-Fa-f]{2})/.test(text));
        expect(canonicalUrl(once)).toBe(once);
      }),
    );
  });

  test("names the same bytes, in visible ASCII without #", () => {
    fc.assert(
      fc.property(target, (text) => {
        const canonical = canonicalUrl(text);
        expect(canonical).toMatch(/^[\x21\x22\x24-\x7e]*$/);
        fc.pre(!/%(?![0-9A-Fa-f]{2})/.test(text));
        expect(bytesOf(canonical)).toEqual(bytesOf(text));
      }),
    );
  });

  test("is one for every spelling of a text in unreserved characters", () => {
    const plain = fc.stringMatching(/^[A-Za-z0-9\-._~]{1,12}$/);
    fc.assert(
      fc.property(plain, fc.infiniteStream(fc.boolean()), (text, choices) => {
        const spelled = [...text].map((character) => {
          const escape = choices.next().value === true;
          return escape ? `%${character.charCodeAt(0).toString(16)}` : character;
        });
        expect(canonicalUrl(`/${spelled.join("")}`)).toBe(`/${text}`);
      }),
    );
  });
});

test.each([
  ["/v2/images", "/v2/images"],
  ["/v2/images?tag=a", "/v2/images"],
  ["/v2/images?", "/v2/images"],
  ["/a?b?c", "/a"],
  ["?a", ""],
  ["/a%3Fb", "/a%3Fb"],
])("the path of %s is %s", (url, path) => {
  expect(pathOf(url)).toBe(path);
});

/** The bytes that a target stands for. */
function bytesOf(target: string): number[] {
  const text = target.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return [...text].map((character) => character.charCodeAt(0));
}
