import { expect, test } from "vitest";
import { parseRange } from "./byte-range.ts";

test.each([
  ["bytes=0-4", 0, 4],
  ["bytes=4-", 4, 10],
  ["bytes=-3", 8, 10],
  ["bytes=-100", 0, 10],
  ["bytes=0-100", 0, 10],
  ["bytes=10-10", 10, 10],
  ["bytes=0-10", 0, 10],
  ["BYTES=0-1", 0, 1],
  ["bytes = 0 - 1", 0, 1],
])("%s of 11 bytes is from %d to %d", (header, first, last) => {
  expect(parseRange(header, 11)).toEqual({ first, last });
});

test.each(["bytes=11-", "bytes=5-2", "bytes=a", "bytes=", "bytes=-", "bytes=-0", "0-4", "bytes=0-4x", ""])(
  "%j is no part of 11 bytes",
  (header) => {
    expect(() => parseRange(header, 11)).toThrow(
      expect.objectContaining({ reason: "range-not-satisfiable" }),
    );
  },
);

test.each(["bytes=0-", "bytes=0-1", "bytes=-1"])("nothing has no part, not even %s", (header) => {
  expect(() => parseRange(header, 0)).toThrow(expect.objectContaining({ reason: "range-not-satisfiable" }));
});

test("several parts at once are refused", () => {
  expect(() => parseRange("bytes=0-1,4-5", 11)).toThrow(
    expect.objectContaining({ reason: "invalid-header" }),
  );
});

test("blanks without end take no longer than their number", () => {
  const start = performance.now();
  for (const blanks of [" ".repeat(15_000), `${" ".repeat(7_000)}1${" ".repeat(7_000)}`]) {
    for (const header of [`bytes=${blanks}`, `bytes${blanks}x`, `bytes=0-${blanks}x`, `bytes=${blanks}x`]) {
      expect(() => parseRange(header, 11)).toThrow(Error);
    }
  }
  expect(performance.now() - start).toBeLessThan(200);
});

test.each(["lines=1-2", "x=0-1", "seconds = 1-2,3-4"])(
  "%j counts in a unit that is not known, and is ignored",
  (header) => {
    expect(parseRange(header, 11)).toBeUndefined();
  },
);
