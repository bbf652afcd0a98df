import { describe, expect, test } from "vitest";
import { sortOrder, type SortWish } from "./sort-order.ts";

describe("the order of a list", () => {
  test.each<[string, SortWish, string]>([
    ["nothing said", { fields: [], directions: [] }, "createdAt desc, id desc"],
    ["a direction alone", { fields: [], directions: ["asc"] }, "createdAt asc, id asc"],
    ["a field alone", { fields: ["name"], directions: [] }, "name desc, createdAt desc, id desc"],
    ["a field, ascending", { fields: ["name"], directions: ["asc"] }, "name asc, createdAt asc, id asc"],
    [
      "one direction for two",
      { fields: ["name", "size"], directions: ["asc"] },
      "name asc, size asc, createdAt asc, id asc",
    ],
    [
      "one for each",
      { fields: ["name", "size"], directions: ["asc", "desc"] },
      "name asc, size desc, createdAt desc, id desc",
    ],
    [
      "two that both ascend",
      { fields: ["name", "size"], directions: ["asc", "asc"] },
      "name asc, size asc, createdAt desc, id desc",
    ],
    ["by time", { fields: ["createdAt"], directions: ["asc"] }, "createdAt asc, id asc"],
    ["by id", { fields: ["id"], directions: ["asc"] }, "id asc, createdAt asc"],
    [
      "a field twice",
      { fields: ["name", "id", "name"], directions: ["asc", "asc", "desc"] },
      "name asc, id asc, createdAt desc",
    ],
  ])("with %s", (_, wish, order) => {
    expect(
      sortOrder(wish)
        .map(({ field, direction }) => `${field} ${direction}`)
        .join(", "),
    ).toBe(order);
  });
});
