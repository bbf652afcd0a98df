import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TokenCache } from "./token-cache.ts";
import type { TokenInfo } from "./token-info.ts";

const info = (userId: string): TokenInfo => ({
  caller: { userId, projectId: "alpha", roles: new Set() },
  expiresAt: Infinity,
  accessRules: undefined,
});

const key = fc.nat({ max: 20 }).map(String);
const step = fc.oneof(
  fc.record({ do: fc.constant("remember" as const), key }),
  fc.record({ do: fc.constant("refuse" as const), key }),
  fc.record({ do: fc.constant("get" as const), key }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.nat({ max: 3_000 }) }),
);

describe("the token cache", () => {
  test("remembers at most so many of either kind, and none longer than it may", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        let now = 0;
        const cache = new TokenCache(4_000, () => now, 5);
        const since = new Map<string, number>();
        for (const each of steps) {
          if (each.do === "wait") now += each.ms;
          else if (each.do === "get") cache.get(each.key);
          else if (each.do === "refuse") cache.refuse(each.key);
          else {
            cache.remember(each.key, info(each.key));
            since.set(each.key, now);
          }
          const keys = Array.from({ length: 21 }, (_, index) => String(index));
          expect(keys.filter((known) => cache.wasRefused(known)).length).toBeLessThanOrEqual(5);
          const known = keys.filter((candidate) => cache.get(candidate) !== undefined);
          expect(known.length).toBeLessThanOrEqual(5);
          for (const name of known) {
            expect(cache.get(name)?.caller.userId).toBe(name);
            expect(now - (since.get(name) ?? -Infinity)).toBeLessThan(4_000);
          }
        }
      }),
    );
  });

  test("keeps what is used and drops what is not", () => {
    const cache = new TokenCache(1_000, () => 0, 2);
    cache.remember("a", info("a"));
    cache.remember("b", info("b"));
    cache.get("a");
    cache.remember("c", info("c"));
    expect(["a", "b", "c"].map((name) => cache.get(name)?.caller.userId)).toEqual(["a", undefined, "c"]);
  });

  test("is not emptied of valid tokens by any number of refused ones", () => {
    const cache = new TokenCache(1_000, () => 0, 3);
    cache.remember("good", info("good"));
    for (let number = 0; number < 1_000; number += 1) cache.refuse(`bad ${number}`);
    expect(cache.get("good")?.caller.userId).toBe("good");
  });

  test("with a lifetime of 0 remembers no valid token, but refused ones for a few seconds", () => {
    let now = 0;
    const cache = new TokenCache(0, () => now);
    cache.remember("a", info("a"));
    expect(cache.get("a")).toBeUndefined();
    cache.refuse("b");
    now = 4_999;
    expect(cache.wasRefused("b")).toBe(true);
    now = 5_000;
    expect(cache.wasRefused("b")).toBe(false);
  });
});
