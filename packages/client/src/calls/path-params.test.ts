import { wellFormedText } from "@imagetags/testing/well-formed-text";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidParameterError } from "../errors/errors.ts";
import { rejection, startTestServer, untypedCall } from "../testing/test-server.ts";

const image_id = "e7db3b45-8db7-47ad-8109-3fb55c2c24fd";
const tagsPath = `/v2/images/${image_id}/tags/`;

/** Text of the characters that URLs give a meaning to. */
const urlPunctuation = fc.string({
  unit: fc.constantFrom(".", "/", "%", "2", "e", "E", "f", "F", "\\", "?", "#", ":", "@"),
});

describe("a path parameter arrives as written, in one request to one path", () => {
  test.each([
    ["miracle", "miracle"],
    ["a/b", "a%2Fb"],
    ["/", "%2F"],
    ["a?x", "a%3Fx"],
    ["a#b", "a%23b"],
    ["a&b=c;d", "a%26b%3Dc%3Bd"],
    ["a\\b", "a%5Cb"],
    ["100%", "100%25"],
    ["%2e%2e", "%252e%252e"],
    ["%2E", "%252E"],
    ["%zz", "%25zz"],
    ["...", "..."],
    ["../..", "..%2F.."],
    [".. ", "..%20"],
    ["é", "%C3%A9"],
    ["e\u0301", "e%CC%81"],
    [" ", "%20"],
    ["trailing ", "trailing%20"],
    ["a\nb", "a%0Ab"],
    ["\r\nX-Auth-Token: other", "%0D%0AX-Auth-Token%3A%20other"],
    ["a\tb", "a%09b"],
    ["\0", "%00"],
    ["😀", "%F0%9F%98%80"],
    ["\u{10FFFF}", "%F4%8F%BF%BF"],
    ["$&", "%24%26"],
    [":tag", "%3Atag"],
    ["a+b", "a%2Bb"],
    ["!'()*~_-.", "!'()*~_-."],
    ["__proto__", "__proto__"],
    ["undefined", "undefined"],
    ["x".repeat(300), "x".repeat(300)],
  ])("the tag %j travels as %s", async (tag, segment) => {
    await using server = await startTestServer();
    expect(await server.client().imageTags.delete({ params: { image_id, tag } })).toMatchObject({
      status: 204,
    });
    expect(server.arrivals).toMatchObject([{ method: "DELETE", target: tagsPath + segment, body: "" }]);
  });

  test("an image id is encoded too", async () => {
    await using server = await startTestServer();
    await server.client().imageTags.delete({ params: { image_id: "../a?b", tag: "x" } });
    expect(server.arrivals.map(({ target }) => target)).toEqual(["/v2/images/..%2Fa%3Fb/tags/x"]);
  });

  test("below the prefix of an endpoint", async () => {
    await using server = await startTestServer();
    await server
      .client({ endpoint: `${server.endpoint}/image/v2/` })
      .imageTags.delete({ params: { image_id: "i", tag: "a/b" } });
    expect(server.arrivals.map(({ target }) => target)).toEqual(["/image/v2/images/i/tags/a%2Fb"]);
  });

  test("any well-formed text but '', '.' and '..'", async () => {
    await using server = await startTestServer();
    const client = server.client();
    const parameter = fc
      .oneof(wellFormedText(), urlPunctuation)
      .filter((value) => !["", ".", ".."].includes(value));

    await fc.assert(
      fc.asyncProperty(parameter, parameter, async (id, tag) => {
        const before = server.arrivals.length;
        await client.imageTags.delete({ params: { image_id: id, tag } });
        const [arrival, ...others] = server.arrivals.slice(before);
        expect(others).toEqual([]);
        expect(arrival?.method).toBe("DELETE");
        const [root, version, images, idSegment = "", tags, tagSegment = "", ...deeper] =
          arrival?.target.split("/") ?? [];
        expect([root, version, images, tags, deeper]).toEqual(["", "v2", "images", "tags", []]);
        expect([decodeURIComponent(idSegment), decodeURIComponent(tagSegment)]).toEqual([id, tag]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a path parameter that a URL cannot carry is refused and nothing is sent:", () => {
  const impossible: [name: string, value: unknown][] = [
    ["an empty one", ""],
    ["a dot", "."],
    ["two dots", ".."],
    ["a lone high surrogate", "a\ud800"],
    ["a lone low surrogate", "\udc00b"],
    ["surrogates the wrong way round", "\udc00\ud800"],
    ["undefined", undefined],
    ["null", null],
    ["a number", 7],
    ["a list", ["a"]],
    ["a boxed text", Object("a")],
  ];

  test.each(impossible)("%s", async (_, value) => {
    let tokens = 0;
    await using server = await startTestServer();
    const client = server.client({ token: () => `token${(tokens += 1)}` });
    const { imageTags, images } = client;
    for (const [parameter, route, params] of [
      ["tag", imageTags.delete, { image_id, tag: value }],
      ["tag", imageTags.add, { image_id, tag: value }],
      ["tag", imageTags.check, { image_id, tag: value }],
      ["image_id", imageTags.delete, { image_id: value, tag: "x" }],
      ["image_id", imageTags.clear, { image_id: value }],
      ["image_id", images.delete, { image_id: value }],
    ] as const) {
      const error = await rejection(untypedCall(route, { params }));
      expect(error).toBeInstanceOf(InvalidParameterError);
      expect(error).toMatchObject({ code: "INVALID_PARAMETER", parameter });
    }
    expect(server.arrivals).toEqual([]);
    expect(tokens).toBe(0);
  });

  test("any text with a lone surrogate in it", async () => {
    await using server = await startTestServer();
    const client = server.client();
    const lone = fc
      .tuple(fc.string(), fc.integer({ min: 0xd800, max: 0xdfff }), fc.string())
      .map(([before, unit, after]) => before + String.fromCharCode(unit) + after);
    await fc.assert(
      fc.asyncProperty(lone, async (tag) => {
        expect(await rejection(client.imageTags.delete({ params: { image_id, tag } }))).toMatchObject({
          parameter: "tag",
        });
      }),
    );
    expect(server.arrivals).toEqual([]);
  });

  test("one that was left out, or all of them", async () => {
    await using server = await startTestServer();
    const call = (input: unknown) => untypedCall(server.client().imageTags.delete, input);
    expect(await rejection(call({ params: { image_id } }))).toMatchObject({ parameter: "tag" });
    expect(await rejection(call({ params: { image_id, tags: "x" } }))).toMatchObject({ parameter: "tag" });
    for (const input of [undefined, null, {}, { params: null }, { params: "x" }]) {
      expect(await rejection(call(input))).toMatchObject({ parameter: "image_id" });
    }
    expect(server.arrivals).toEqual([]);
  });
});
