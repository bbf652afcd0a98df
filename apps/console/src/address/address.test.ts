import fc from "fast-check";
import { expect, it } from "vitest";
import { wellFormedText } from "../testing/any-text.ts";
import {
  ALL_IMAGES,
  readAddress,
  SORT_COLUMNS,
  VISIBILITY_CHOICES,
  writeAddress,
  type Address,
} from "./address.ts";

const text = wellFormedText;
const tags = fc.uniqueArray(wellFormedText.filter((tag) => tag !== ""));
const addresses: fc.Arbitrary<Address> = fc.oneof(
  fc.record({
    view: fc.constant("images" as const),
    has: tags,
    any: tags,
    not: tags,
    name: text,
    owner: text,
    visibility: fc.option(fc.constantFrom(...VISIBILITY_CHOICES), { nil: undefined }),
    sort: fc.record({
      column: fc.constantFrom(...SORT_COLUMNS),
      direction: fc.constantFrom("asc" as const, "desc" as const),
    }),
  }),
  fc.record({ view: fc.constant("tags" as const), part: text, onlyOdd: fc.boolean() }),
  fc.record({ view: fc.constant("history" as const), image: text, tag: text, user: text }),
);

it("reads every address as it was written", () => {
  fc.assert(
    fc.property(addresses, (address) => {
      expect(readAddress(writeAddress(address))).toEqual(address);
    }),
  );
});

it.each(["", "#", "#/", "#/images", "#/unknown?x=1", "#/images?sort=owner:desc&visibility=odd&has="])(
  "shows all images for %j",
  (fragment) => {
    expect(readAddress(fragment)).toEqual(ALL_IMAGES);
  },
);
