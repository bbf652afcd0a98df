import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { PreauthorizedRemoval } from "./preauthorized-removal.ts";
import { StoreUnavailable } from "../../../images/model/image-store.ts";
import { RemovalBatcher } from "./removal-batcher.ts";

const removals = Array.from({ length: 3 }, (_, index) => ({
  imageId: `image-${index}`,
  tag: "a",
  owner: null,
}));

/** Groups that are done when told, and what they were asked for. */
function open() {
  const asked: {
    group: readonly PreauthorizedRemoval[];
    end: PromiseWithResolvers<ReadonlySet<PreauthorizedRemoval>>;
  }[] = [];
  const groups = new RemovalBatcher((group) => {
    const end = Promise.withResolvers<ReadonlySet<PreauthorizedRemoval>>();
    asked.push({ group, end });
    return end.promise;
  });
  return { groups, asked };
}

test("removals that come at once are one group, and each learns whether it was done", async () => {
  const { groups, asked } = open();
  const outcomes = Promise.all(removals.map((removal) => groups.remove(removal)));
  await turn();
  expect(asked.map(({ group }) => group)).toEqual([removals]);
  asked[0]?.end.resolve(new Set(removals.slice(1)));
  expect(await outcomes).toEqual([false, true, true]);
});

test("of two for one tag that wait one is for others to do", async () => {
  const { groups, asked } = open();
  const first = groups.remove({ imageId: "ab", tag: "a", owner: "alpha" });
  expect(await groups.remove({ imageId: "AB", tag: "a", owner: null })).toBe(false);
  await turn();
  expect(asked[0]?.group).toHaveLength(1);
  asked[0]?.end.resolve(new Set(asked[0].group));
  expect(await first).toBe(true);
});

test("while a group is under way the next gathers", async () => {
  const { groups, asked } = open();
  for (const removal of removals) {
    void groups.remove(removal);
    void groups.remove({ ...removal, tag: "b" });
    await turn();
  }
  expect(asked).toHaveLength(1);
  asked[0]?.end.resolve(new Set());
  await turn();
  await turn();
  expect(asked.map(({ group }) => group.length)).toEqual([2, 4]);
});

test("a group of which nobody knows what became is never done again", async () => {
  const { groups, asked } = open();
  const outcomes = Promise.allSettled(removals.map((removal) => groups.remove(removal)));
  await turn();
  const lost = new StoreUnavailable("lost");
  asked[0]?.end.reject(lost);
  expect(await outcomes).toEqual(removals.map(() => ({ status: "rejected", reason: lost })));
  await turn();
  expect(asked).toHaveLength(1);
});

test("a group that the database refuses for one of its rows leaves each to itself", async () => {
  const { groups, asked } = open();
  const outcomes = Promise.all(removals.map((removal) => groups.remove(removal)));
  await turn();
  asked[0]?.end.reject(new Error("a trigger says no"));
  expect(await outcomes).toEqual([false, false, false]);
});
