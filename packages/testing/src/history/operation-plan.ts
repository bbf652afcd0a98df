import fc from "fast-check";
import type { Operation } from "./image-model.ts";

/** Tags that a careless comparison takes for one another. */
const HISTORY_TAGS = ["prod", "Prod", "é", "e", "a", "a ", "ß", "ss"];

/** As Glance does, a list by tag takes the spaces around the tag away. */
const FOUND_TAGS = HISTORY_TAGS.filter((text) => text === text.trim());

/** One step of a caller: which image, and what; `guarded` asks that the tags be as they were last seen. */
export interface PlannedStep {
  readonly image: number;
  readonly operation: Operation;
  readonly guarded: boolean;
}

/** How much is planned. */
export interface PlanSize {
  readonly callers: number;
  readonly images: number;
  /** Steps of each caller, beyond the creation of the images. */
  readonly length: number;
  readonly quota: number;
}

const tag = fc.constantFrom(...HISTORY_TAGS);

function tags(maxLength: number): fc.Arbitrary<string[]> {
  return fc.uniqueArray(tag, { maxLength });
}

/** Any operation of an image, changes of single tags before all. */
export function anyOperation(quota: number): fc.Arbitrary<Operation> {
  const fitting = tags(Math.max(quota, 0));
  return fc.oneof(
    { weight: 30, arbitrary: fc.record({ kind: fc.constant("remove"), tag }) },
    { weight: 30, arbitrary: fc.record({ kind: fc.constant("add"), tag }) },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant("check"), tag }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("find"), tag: fc.constantFrom(...FOUND_TAGS) }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom("replace", "patch"), tags: fitting }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("replace"), tags: tags(HISTORY_TAGS.length) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("clear") }) },
    { weight: 12, arbitrary: fc.record({ kind: fc.constantFrom("show", "list") }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete") }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("create"), tags: fitting }) },
  );
}

/** The steps of each caller, the same for the same seed. Every caller begins with making every image. */
export function planSteps(seed: number, { callers, images, length, quota }: PlanSize): PlannedStep[][] {
  const step = fc.record({
    image: fc.nat({ max: images - 1 }),
    operation: anyOperation(quota),
    guarded: fc.nat({ max: 7 }).map((number) => number === 0),
  });
  const creation = (image: number): fc.Arbitrary<PlannedStep> =>
    fc.record({
      image: fc.constant(image),
      operation: fc.record({ kind: fc.constant("create"), tags: tags(Math.max(quota, 0)) }),
      guarded: fc.constant(false),
    });
  const plan = fc
    .tuple(
      fc.tuple(...Array.from({ length: images }, (_, image) => creation(image))),
      fc.array(step, { minLength: length, maxLength: length, size: "max" }),
    )
    .map(([creations, steps]) => [...creations, ...steps]);
  return fc.sample(plan, { seed, numRuns: callers });
}
