/** Whether tests try every combination: where `CI` is set, or `IMAGETAGS_TEST_MATRIX` is `whole`. */
export const IS_WHOLE = Boolean(process.env["CI"]) || process.env["IMAGETAGS_TEST_MATRIX"] === "whole";

/** How often a test tries something: `whole` times, or `quick` times in a default run. */
export function times(whole: number, quick: number): number {
  return IS_WHOLE ? whole : quick;
}
