import { wellFormedText } from "@imagetags/testing/well-formed-text";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidParameterError } from "../errors/errors.ts";
import { formatQuery } from "./query.ts";
import { json, rejection, startTestServer, untypedCall } from "../testing/test-server.ts";

const page = { images: [], first: "/v2/images", schema: "/v2/schemas/images" };

describe("a query", () => {
  test.each([
    [{ tag: ["a", "b"] }, "?tag=a&tag=b"],
    [{ tag: "a" }, "?tag=a"],
    [
      { tag: ["a b", "c&d", "é", "😀", "1+1=2"] },
      "?tag=a%20b&tag=c%26d&tag=%C3%A9&tag=%F0%9F%98%80&tag=1%2B1%3D2",
    ],
    [{ limit: 2, marker: "m" }, "?limit=2&marker=m"],
    [{ limit: 0 }, "?limit=0"],
    [{ tag: [], marker: "m" }, "?marker=m"],
    [{ tag: [] }, ""],
    [{ tag: undefined, limit: undefined }, ""],
    [{ tag: ["a", undefined], marker: undefined }, "?tag=a"],
    [{ marker: "" }, "?marker="],
    [{ marker: "?a#b/c" }, "?marker=%3Fa%23b%2Fc"],
    [{}, ""],
  ])("%j is written as %j on the wire", async (query, written) => {
    await using server = await startTestServer(json(200, page));
    expect(await untypedCall(server.client().images.list, { query })).toMatchObject({
      status: 200,
      body: page,
    });
    expect(server.arrivals.map(({ target }) => target)).toEqual([`/v2/images${written}`]);
  });

  test("carries any well-formed text", () => {
    const value = wellFormedText({ maxLength: 8 });
    const query = fc.dictionary(value, fc.array(value, { maxLength: 4 }), { maxKeys: 4 });
    fc.assert(
      fc.property(query, (members) => {
        const pairs = Object.entries(members).flatMap(([name, values]) => values.map((item) => [name, item]));
        const written = formatQuery(members);
        expect(written).toMatch(/^[\x21-\x7e]*$/);
        const read = written === "" ? [] : written.slice(1).split("&");
        expect(read.map((pair) => pair.split("=").map(decodeURIComponent))).toEqual(pairs);
      }),
    );
  });

  test.each([
    [{ marker: "\ud800" }, "marker"],
    [{ tag: ["a", "\udfff"] }, "tag"],
    [{ tag: { nested: "a" } }, "tag"],
    [{ tag: [["a"]] }, "tag"],
    [{ marker: null }, "marker"],
  ])("%j is refused by name and nothing is sent", async (query, parameter) => {
    await using server = await startTestServer(json(200, page));
    const error = await rejection(untypedCall(server.client().images.list, { query }));
    expect(error).toBeInstanceOf(InvalidParameterError);
    expect(error).toMatchObject({ parameter });
    expect(server.arrivals).toEqual([]);
  });
});
