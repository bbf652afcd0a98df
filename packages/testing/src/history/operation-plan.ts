import fc from "fast-check";
import type { Operation } from "./image-model.ts";

/** Tags that a careless comparison takes for one another. */
const HISTORY_TAGS = ["prod", "Prod", "é", "e", "a", "a ", "ß", "ss"];

/** Those of them that may stand on one image in a database whose collation folds, where an equal one is refused. */
const UNFOLDED_TAGS = ["prod", "é", "a", "ß", "ss"];

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
  /** Whether the database takes tags for equal that differ in case, accent or spaces at the end. */
  readonly folds?: boolean;
  /**
   * Whether one caller makes the images before all others, and nobody deletes them: a Glance behind the servers makes and
   * deletes an image in several steps, which others see.
   */
  readonly keepsImages?: boolean;
}

/** Any operation of an image, changes of single tags before all. */
export function anyOperation(
  quota: number,
  known = HISTORY_TAGS,
  keepsImages = false,
): fc.Arbitrary<Operation> {
  const tag = fc.constantFrom(...known);
  // As Glance does, a list by tag takes the spaces around the tag away.
  const found = fc.constantFrom(...known.filter((text) => text === text.trim()));
  const fitting = fc.uniqueArray(tag, { maxLength: Math.max(quota, 0) });
  const any = fc.uniqueArray(tag, { maxLength: known.length });
  return fc.oneof(
    { weight: 30, arbitrary: fc.record({ kind: fc.constant("remove"), tag }) },
    { weight: 30, arbitrary: fc.record({ kind: fc.constant("add"), tag }) },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant("check"), tag }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("find"), tag: found }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom("replace", "patch"), tags: fitting }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("replace"), tags: any }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("clear") }) },
    { weight: 12, arbitrary: fc.record({ kind: fc.constantFrom("show", "list") }) },
    { weight: keepsImages ? 0 : 1, arbitrary: fc.record({ kind: fc.constant("delete") }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("create"), tags: fitting }) },
  );
}

/** The steps of each caller, the same for the same seed. Every caller begins with making every image. */
export function planSteps(
  seed: number,
  { callers, images, length, quota, folds = false, keepsImages = false }: PlanSize,
): PlannedStep[][] {
  const known = folds ? UNFOLDED_TAGS : HISTORY_TAGS;
  const step = fc.record({
    image: fc.nat({ max: images - 1 }),
    operation: anyOperation(quota, known, keepsImages),
    guarded: fc.nat({ max: 7 }).map((number) => number === 0),
  });
  const creation = (image: number): fc.Arbitrary<PlannedStep> =>
    fc.record({
      image: fc.constant(image),
      operation: fc.record({
        kind: fc.constant("create"),
        tags: fc.uniqueArray(fc.constantFrom(...known), { maxLength: Math.max(quota, 0) }),
      }),
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
