import { wellFormedText } from "@imagetags/testing/well-formed-text";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isMisread, readAgain } from "./misread-text.ts";

test("every text that is not ASCII alone is known again when it was misread", () => {
  fc.assert(
    fc.property(
      wellFormedText().filter((text) => Buffer.byteLength(text) > text.length),
      (text) => {
        const misread = Buffer.from(text, "utf8").toString("latin1");
        expect(isMisread(misread)).toBe(true);
        expect(readAgain(misread)).toBe(text);
      },
    ),
  );
});

test.each(["", "prod", "é", "größe", "日本", "Ã", "naïve Ã©€"])("%j is taken as it is", (text) => {
  expect(isMisread(text)).toBe(false);
});
