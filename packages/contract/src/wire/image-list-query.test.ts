import { describe, expect, test } from "vitest";
import { z } from "zod";
import { imageListQuery } from "./image-list-query.ts";

/** The first thing that is said of a query that does not fit. */
function refusal(query: unknown): string | undefined {
  return imageListQuery.safeParse(query).error?.issues[0]?.message;
}

describe("the query of an image list", () => {
  test.each([
    [{}, {}],
    [{ tag: "a" }, { tag: ["a"] }],
    [{ tag: ["a", "b"] }, { tag: ["a", "b"] }],
    [{ tag: "a,b" }, { tag: ["a,b"] }],
    [{ tag: " " }, { tag: [" "] }],
    [{ tag: "" }, { tag: [""] }],
    [{ tags: "a,b" }, { tags: ["a", "b"] }],
    [{ "tags-any": ["a", "b,c"] }, { "tags-any": ["a", "b", "c"] }],
    [{ "not-tags": "a, b " }, { "not-tags": ["a", " b "] }],
    [{ "not-tags-any": "a,a" }, { "not-tags-any": ["a", "a"] }],
    [{ limit: "25" }, { limit: 25 }],
    [{ limit: 0 }, { limit: 0 }],
    [{ limit: "-0" }, { limit: -0 }],
    [
      { size_min: "1", min_ram: 2 },
      { size_min: 1, min_ram: 2 },
    ],
    [
      { protected: "true", os_hidden: "FALSE" },
      { protected: true, os_hidden: false },
    ],
    [
      { protected: false, os_hidden: true },
      { protected: false, os_hidden: true },
    ],
    [
      { visibility: "all", member_status: "pending" },
      { visibility: "all", member_status: "pending" },
    ],
    [
      { name: "in:a,b", sort: "name:asc" },
      { name: "in:a,b", sort: "name:asc" },
    ],
    [
      { sort_key: "name", sort_dir: ["asc"] },
      { sort_key: ["name"], sort_dir: ["asc"] },
    ],
    [
      { os_distro: "debian", "hw:x": "1", "": "" },
      { os_distro: "debian", "hw:x": "1", "": "" },
    ],
    [
      { constructor: "x", toString: "y" },
      { constructor: "x", toString: "y" },
    ],
  ])("%j is read as %j", (query, read) => {
    expect(imageListQuery.parse(query)).toEqual(read);
  });

  test.each([
    [{ name: ["a", "b"] }, "name is given more than once."],
    [{ os_distro: ["a", "b"] }, "os_distro is given more than once."],
    [{ limit: ["1", "2"] }, "limit is given more than once."],
    [{ visibility: ["all", "all"] }, "visibility is given more than once."],
    [{ os_hidden: ["true", "true"] }, "os_hidden is given more than once."],
    [{ limit: 1.5 }, "limit param must be an integer"],
    [{ limit: "-1" }, "limit param must be positive"],
    [{ size: 2 ** 53 }, "The value of 'size' is out of range: 9007199254740992."],
    [{ min_disk: "1 GB" }, "Invalid value '1 GB' for 'min_disk' filter. It must be a whole number."],
    [{ tags: "a,,b" }, "There is an empty tag in tags: 'a,,b'."],
    [{ visibility: "mine" }, "Invalid visibility value: mine"],
  ])("%j is refused: %s", (query, message) => {
    expect(refusal(query)).toBe(message);
  });

  test("reads what it has read once more as the same", () => {
    const query = { tag: ["a"], tags: ["b"], limit: 3, size_max: 4, protected: true, os_distro: "x" };
    expect(imageListQuery.parse(query)).toEqual(query);
  });

  test("has a description of every parameter", () => {
    for (const [name, member] of Object.entries(imageListQuery.shape)) {
      const { description, openapi } = member.unwrap().meta() ?? {};
      const told = description ?? z.object({ description: z.string() }).parse(openapi).description;
      expect(told, name).toMatch(/^\S.+\.$/);
    }
  });
});

describe("the query of an image list is bounded:", () => {
  const items = (count: number): string[] => Array.from({ length: count }, (_, index) => `t${index}`);

  test.each(["tag", "tags", "tags-any", "not-tags", "not-tags-any"])("%s takes 128 values", (name) => {
    expect(refusal({ [name]: items(128) })).toBeUndefined();
    expect(refusal({ [name]: items(129) })).toBe(`${name} has more than 128 values.`);
  });

  test.each(["tags", "tags-any", "not-tags", "not-tags-any"])("%s with commas takes as many", (name) => {
    expect(refusal({ [name]: items(128).join(",") })).toBeUndefined();
    expect(refusal({ [name]: [items(64).join(","), items(65).join(",")] })).toBe(
      `${name} has more than 128 values.`,
    );
  });

  test("it filters by as many properties as an image can have", () => {
    const properties = (count: number) => Object.fromEntries(items(count).map((name) => [name, "1"]));
    expect(refusal({ limit: "1", ...properties(128) })).toBeUndefined();
    expect(refusal({ limit: "1", ...properties(129) })).toBe("A list is filtered by at most 128 properties.");
  });
});
