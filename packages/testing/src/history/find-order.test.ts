import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findOrder, type Recorded } from "./find-order.ts";
import { perform, tagsText, type ImageState, type Operation, type Outcome } from "./image-model.ts";
import { anyOperation } from "./operation-plan.ts";
import { describeContradiction } from "./describe-contradiction.ts";
import { smallestContradiction } from "./smallest-contradiction.ts";

const QUOTA = 3;

/** An operation from one moment to another; no outcome and no end: none was heard. */
function at(start: number, end: number, operation: Operation, outcome: Outcome | "unknown"): Recorded {
  return { operation, by: "caller", start, end, outcome };
}

function unheard(start: number, operation: Operation): Recorded {
  return at(start, Infinity, operation, "unknown");
}

function created(...tags: string[]): Recorded {
  return at(0, 1, { kind: "create", tags }, "done");
}

const remove = (tag: string): Operation => ({ kind: "remove", tag });
const add = (tag: string): Operation => ({ kind: "add", tag });
const show: Operation = { kind: "show" };

/** Histories that no order explains, each with what is wrong with it. */
const WRONG: readonly (readonly [string, ...Recorded[]])[] = [
  [
    "two removals of a tag that was there once",
    created("a"),
    at(2, 9, remove("a"), "done"),
    at(3, 8, remove("a"), "done"),
  ],
  [
    "two removals, though another process may have removed it too",
    created("a"),
    unheard(2, remove("a")),
    at(2, 9, remove("a"), "done"),
    at(3, 8, remove("a"), "done"),
  ],
  ["no removal of a tag that was there", created("a"), at(2, 9, remove("a"), "no-tag")],
  [
    "a tag that is back from the dead",
    created("a", "b"),
    at(2, 3, remove("a"), "done"),
    at(2, 9, remove("b"), "done"),
    at(10, 11, show, tagsText(["a"])),
  ],
  [
    "a tag that was lost",
    created(),
    at(2, 5, add("a"), "done"),
    at(2, 5, add("b"), "done"),
    at(6, 7, show, tagsText(["b"])),
  ],
  [
    "a read that is older than a change which was answered before",
    created(),
    at(2, 3, add("a"), "done"),
    at(4, 5, show, tagsText([])),
  ],
  [
    "two reads at once that saw one change in different orders",
    created(),
    at(2, 20, add("a"), "done"),
    at(3, 4, show, tagsText(["a"])),
    at(5, 6, show, tagsText([])),
  ],
  ["a quota that was passed", created("a", "b"), at(2, 5, add("c"), "done"), at(2, 5, add("d"), "done")],
  ["a quota that was met too early", created("a"), at(2, 5, add("c"), "over-quota")],
  [
    "a change after the image was deleted",
    created("a"),
    at(2, 3, { kind: "delete" }, "done"),
    at(4, 5, add("b"), "done"),
  ],
  [
    "an image that is deleted twice",
    created("a"),
    at(2, 5, { kind: "delete" }, "done"),
    at(2, 5, { kind: "delete" }, "done"),
  ],
  [
    "a read that mixes two states",
    created("a", "b"),
    at(2, 9, { kind: "replace", tags: ["c", "d"] }, tagsText(["c", "d"])),
    at(2, 9, show, tagsText(["a", "c"])),
  ],
  [
    "a list by a tag that shows the image without it",
    created("a"),
    at(2, 9, remove("a"), "done"),
    at(2, 9, { kind: "find", tag: "a" }, tagsText([])),
  ],
  [
    "two changes that both found the tags as they expected",
    created("a"),
    at(2, 9, { kind: "replace", tags: ["b"], expected: ["a"] }, tagsText(["b"])),
    at(2, 9, { kind: "replace", tags: ["c"], expected: ["a"] }, tagsText(["c"])),
  ],
  [
    "a change that found other tags, though nobody changed them",
    created("a"),
    at(2, 3, { kind: "clear", expected: ["a"] }, "not-as-expected"),
  ],
  ["two images of one id", created("a"), at(0, 1, { kind: "create", tags: ["b"] }, "done")],
  [
    "what was never answered and yet cannot be undone",
    created(),
    unheard(2, add("a")),
    at(3, 4, show, tagsText(["a"])),
    at(5, 6, show, tagsText([])),
  ],
];

describe("no order is found for", () => {
  test.each(WRONG.map(([name, ...history]) => ({ name, history })))("$name", ({ history }) => {
    expect(findOrder(history, { quota: QUOTA, steps: 100_000 }).verdict).toBe("contradiction");
    expect(orderByTrying(history)).toBe(false);
  });
});

describe("an order is found for", () => {
  test.each<readonly [string, readonly Recorded[]]>([
    ["nothing", []],
    [
      "a removal of each of two copies in time",
      [
        created("a"),
        at(2, 3, remove("a"), "done"),
        at(4, 5, add("a"), "done"),
        at(4, 6, remove("a"), "done"),
      ],
    ],
    [
      "a removal without an answer that was done later",
      [
        created("a"),
        unheard(2, remove("a")),
        at(3, 4, show, tagsText(["a"])),
        at(5, 6, show, tagsText([])),
        at(7, 8, remove("a"), "no-tag"),
      ],
    ],
    [
      "a removal without an answer that was never done",
      [created("a"), unheard(2, remove("a")), at(3, 4, remove("a"), "done")],
    ],
    [
      "a creation without an answer",
      [unheard(0, { kind: "create", tags: ["a"] }), at(1, 2, remove("a"), "done")],
    ],
    [
      "reads of a change under way, the later sees it",
      [created(), at(2, 20, add("a"), "done"), at(3, 4, show, tagsText([])), at(5, 6, show, tagsText(["a"]))],
    ],
  ])("%s", (_, history) => {
    expect(findOrder(history, { quota: QUOTA, steps: 100_000 }).verdict).toBe("ordered");
  });
});

/** Operations done one after another at the moments 0, 10, 20, ..., seen from outside from earlier to later. */
function rightHistory(maxLength: number): fc.Arbitrary<Recorded[]> {
  const seen = fc.record({
    operation: anyOperation(QUOTA),
    before: fc.integer({ min: 1, max: 25 }),
    after: fc.integer({ min: 1, max: 25 }),
    fate: fc.oneof(
      { weight: 18, arbitrary: fc.constant("answered") },
      { weight: 1, arbitrary: fc.constant("unheard") },
      { weight: 1, arbitrary: fc.constant("never done") },
    ),
  });
  return fc.array(seen, { maxLength, size: "max" }).map((steps) => {
    let state: ImageState = "none";
    return steps.map(({ operation, before, after, fate }, index) => {
      const moment = index * 10;
      if (fate === "never done") return unheard(moment - before, operation);
      const [outcome, next] = perform(state, operation, QUOTA);
      state = next;
      if (fate === "unheard") return unheard(moment - before, operation);
      return at(moment - before, moment + after, operation, outcome);
    });
  });
}

/** A history in which one answer is another's, or came before or after where it can have been. */
function spoilt(history: readonly Recorded[], place: number, how: number): Recorded[] {
  const answered = history.filter(({ outcome }) => outcome !== "unknown");
  const victim = answered[place % Math.max(answered.length, 1)];
  const outcomes: Outcome[] = ["done", "no-tag", "no-image", "over-quota", tagsText([]), tagsText(["prod"])];
  return history.map((recorded) => {
    if (recorded !== victim) return recorded;
    if (how === outcomes.length) return { ...recorded, start: -100, end: -50 };
    if (how > outcomes.length) return { ...recorded, start: 10_000, end: 10_001 };
    return { ...recorded, outcome: outcomes[how] ?? "done" };
  });
}

const spoiltHistory = (maxLength: number) =>
  fc
    .tuple(rightHistory(maxLength), fc.nat({ max: 1000 }), fc.nat({ max: 7 }))
    .map(([history, place, how]) => spoilt(history, place, how));

test("a history of one operation after another is in order, whenever each was seen to begin and end", () => {
  fc.assert(
    fc.property(rightHistory(60), (history) => {
      expect(findOrder(history, { quota: QUOTA, steps: 200_000 }).verdict).toBe("ordered");
    }),
  );
});

test("the order that is found gives every answer, and keeps what was over before what began later", () => {
  fc.assert(
    fc.property(rightHistory(30), (history) => {
      const found = findOrder(history, { quota: QUOTA });
      if (found.verdict !== "ordered") throw new Error("There is one.");
      expect(explains(found.order)).toBe(true);
      const answered = history.filter(({ outcome }) => outcome !== "unknown");
      expect(answered.filter((one) => !found.order.includes(one))).toEqual([]);
    }),
  );
});

test("of small histories, right and spoilt, the same are in order as when every order is tried", () => {
  fc.assert(
    fc.property(fc.oneof(rightHistory(6), spoiltHistory(6)), (history) => {
      expect(findOrder(history, { quota: QUOTA, steps: 100_000 }).verdict === "ordered").toBe(
        orderByTrying(history),
      );
    }),
    { numRuns: 400 },
  );
});

test("most of the histories that were spoilt have no order", () => {
  const histories = fc.sample(spoiltHistory(40), { seed: 1, numRuns: 300 });
  const refused = histories.filter(
    (history) => findOrder(history, { quota: QUOTA, steps: 100_000 }).verdict === "contradiction",
  );
  expect(refused.length).toBeGreaterThan(150);
});

test("what is told of a history without order has none by itself, nor has it with one operation less known", () => {
  const histories = fc.sample(spoiltHistory(40), { seed: 2, numRuns: 60 });
  const contradictions = histories
    .filter((history) => findOrder(history, { quota: QUOTA, steps: 100_000 }).verdict === "contradiction")
    .map((history) => ({ history, contradiction: smallestContradiction(history, { quota: QUOTA }) }));
  for (const { history, contradiction } of contradictions) {
    const { operations, circumstances } = contradiction;
    expect(findOrder(operations, circumstances).verdict).toBe("contradiction");
    expect(operations.length).toBeLessThanOrEqual(history.length);
    const answered = operations.filter(({ outcome }) => outcome !== "unknown");
    for (const recorded of answered) {
      const vaguer = operations.map((one) =>
        one === recorded ? { ...one, outcome: "unknown" as const, end: Infinity } : one,
      );
      expect(findOrder(vaguer, { ...circumstances, steps: 20_000 }).verdict).not.toBe("contradiction");
    }
  }
  expect(contradictions.length).toBeGreaterThan(20);
});

test("two removals of one tag are told without what else happened", () => {
  const history = [
    created("a"),
    at(1.5, 4, { kind: "replace", tags: ["b", "c"], expected: ["b"] }, "not-as-expected"),
    ...["b", "c"].map((tag, index) => at(2 + index, 20, add(tag), "done")),
    at(5, 30, remove("a"), "done"),
    at(6, 31, remove("b"), "done"),
    at(7, 32, remove("a"), "done"),
    at(33, 34, show, tagsText(["c"])),
  ];
  expect(describeContradiction(smallestContradiction(history, { quota: QUOTA }))).toBe(
    `No order explains these answers; milliseconds from 0.000:\n` +
      `       5.000 to     30.000  caller  remove "a" -> done\n` +
      `       7.000 to     32.000  caller  remove "a" -> done\n` +
      `whether or not these were done, at any time after they were sent:\n` +
      `       0.000 to          ?  caller  create ["a"]\n`,
  );
});

/** Whether some order explains a history, found by trying them all. */
function orderByTrying(history: readonly Recorded[], order: readonly Recorded[] = []): boolean {
  if (!explains(order)) return false;
  const left = history.filter((one) => !order.includes(one));
  if (left.every(({ outcome }) => outcome === "unknown")) return true;
  return left.some((one) => orderByTrying(history, [...order, one]));
}

/** Whether operations in this order give the answers that they had, and none comes after one that began when it was over. */
function explains(order: readonly Recorded[]): boolean {
  let state: ImageState = "none";
  return order.every(({ operation, outcome, end }, index) => {
    const [answer, next] = perform(state, operation, QUOTA);
    state = next;
    return (
      (outcome === "unknown" || answer === outcome) &&
      order.slice(0, index).every(({ start }) => start <= end)
    );
  });
}
