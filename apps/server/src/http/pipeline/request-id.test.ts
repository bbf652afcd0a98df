import { wellFormedText } from "@imagetags/testing/well-formed-text";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { requestIdFor } from "./request-id.ts";

const NEW = /^req-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("the id of a request", () => {
  test.each(["req-2b1d1c9e-9f6b-4e6f-9c1e-0a1b2c3d4e5f", "x", "0", "-", "_", "Az09_-", "x".repeat(64)])(
    "is the caller's own %j",
    (offered) => {
      expect(requestIdFor(offered)).toBe(offered);
    },
  );

  const unfit: (string | string[] | undefined)[] = [
    undefined,
    "",
    "x".repeat(65),
    "a b",
    " a",
    "a ",
    "a\n",
    "a\r\nSet-Cookie: x",
    "a,b",
    "a.b",
    "a/b",
    "é",
    "\u0130",
    "${jndi}",
    "<script>",
    ["a"],
    ["a", "b"],
    [],
  ];

  test.each(unfit.map((offered) => ({ offered })))(
    "is a new one where the caller offers $offered",
    ({ offered }) => {
      expect(requestIdFor(offered)).toMatch(NEW);
    },
  );

  test("is a new one each time", () => {
    expect(new Set(Array.from({ length: 100 }, () => requestIdFor(undefined))).size).toBe(100);
  });

  test("can stand in a header and a log, whatever is offered", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), wellFormedText()), (offered) => {
        expect(requestIdFor(offered)).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      }),
    );
  });
});
