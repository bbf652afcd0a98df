import { findOrder, type Circumstances, type Recorded } from "./find-order.ts";
import { changesNothing, tagsText, type Operation, type Outcome } from "./image-model.ts";

/** How long one look may take: a history that takes more is taken for one that can be ordered. */
const STEPS = 20_000;

/** A part of a history that no order explains, whatever the rest of it was. */
export interface Contradiction {
  readonly operations: readonly Recorded[];
  readonly circumstances: Circumstances;
}

/**
 * Brings a history that no order explains to few operations that none explains either. Each step only
 * takes knowledge away: it forgets what happened after a moment, all tags but one, an operation that
 * changed nothing, or what became of one.
 */
export function smallestContradiction(history: readonly Recorded[], given: Circumstances): Contradiction {
  const cut = cutShort(history, given);
  const ofOneTag = tagsIn(cut)
    .map((tag) => ({
      operations: cut.flatMap((recorded) => ofTag(recorded, tag)),
      circumstances: { ...given, quota: -1 },
    }))
    .find(({ operations, circumstances }) => contradicts(operations, circumstances));
  const { operations, circumstances } = ofOneTag ?? { operations: cut, circumstances: given };
  return { operations: forget(operations, circumstances), circumstances };
}

function contradicts(history: readonly Recorded[], circumstances: Circumstances): boolean {
  return findOrder(history, { steps: STEPS, ...circumstances }).verdict === "contradiction";
}

/** The history up to the first answer that cannot be. */
function cutShort(history: readonly Recorded[], circumstances: Circumstances): readonly Recorded[] {
  const answers = history
    .map(({ end }) => end)
    .filter((end) => end !== Infinity)
    .toSorted((a, b) => a - b);
  let low = 0;
  let high = answers.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (contradicts(upTo(history, answers[middle] ?? Infinity), circumstances)) high = middle;
    else low = middle + 1;
  }
  return upTo(history, answers[high] ?? Infinity);
}

function upTo(history: readonly Recorded[], moment: number): Recorded[] {
  return history
    .filter(({ start }) => start <= moment)
    .map((recorded) => (recorded.end > moment ? withoutAnswer(recorded) : recorded));
}

function withoutAnswer(recorded: Recorded): Recorded {
  return { ...recorded, outcome: "unknown", end: Infinity };
}

function tagsIn(history: readonly Recorded[]): string[] {
  return [
    ...new Set(
      history.flatMap(({ operation }) =>
        "tag" in operation ? [operation.tag] : "tags" in operation ? operation.tags : [],
      ),
    ),
  ];
}

/** What an operation says of one tag; nothing, when it is about another. */
function ofTag(recorded: Recorded, tag: string): Recorded[] {
  const { expected: _, ...operation } = recorded.operation;
  const { outcome } = recorded;
  if (outcome === "over-quota" || outcome === "not-as-expected") return [];
  if ("tag" in operation) return operation.tag === tag ? [{ ...recorded, operation }] : [];
  return [{ ...recorded, operation: operationOnly(operation, tag), outcome: outcomeOnly(outcome, tag) }];
}

function operationOnly(operation: Operation, tag: string): Operation {
  return "tags" in operation ? { ...operation, tags: only(operation.tags, tag) } : operation;
}

function outcomeOnly(outcome: Outcome | "unknown", tag: string): Outcome | "unknown" {
  if (!outcome.startsWith("tags ")) return outcome;
  const tags: string[] = JSON.parse(outcome.slice("tags ".length));
  return tagsText(only(tags, tag));
}

function only(tags: readonly string[], tag: string): string[] {
  return tags.filter((one) => one === tag);
}

function forget(history: readonly Recorded[], circumstances: Circumstances): readonly Recorded[] {
  let left = history;
  // The last are what cannot be; the first explain how it came to that, and are needed most seldom.
  for (const recorded of history) {
    const without = left.filter((one) => one !== recorded);
    const vaguer = left.map((one) => (one === recorded ? withoutAnswer(one) : one));
    if (changesNothing(recorded.operation, recorded.outcome) && contradicts(without, circumstances))
      left = without;
    else if (recorded.outcome !== "unknown" && contradicts(vaguer, circumstances)) left = vaguer;
  }
  return left;
}
