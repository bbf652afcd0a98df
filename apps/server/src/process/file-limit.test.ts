import { expect, test } from "vitest";
import { defaultConnections } from "./file-limit.ts";

test.each([
  [256, 10, 91],
  [1_024, 10, 475],
  [1_048_576, 10, 10_000],
  [Infinity, 10, 10_000],
  [64, 10, 16],
])(
  "of %d files, with %d connections to a database, %d connections of callers may be open",
  (files, others, most) => {
    expect(defaultConnections(others, files)).toBe(most);
  },
);
