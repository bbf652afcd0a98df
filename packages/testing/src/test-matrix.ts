/** Whether all is tried that could be: where CI runs, or `IMAGETAGS_TEST_MATRIX` is `whole`. */
export const IS_WHOLE = Boolean(process.env["CI"]) || process.env["IMAGETAGS_TEST_MATRIX"] === "whole";

/** How often something is tried: `whole` times, or in a run at one's desk `quick` times. */
export function times(whole: number, quick: number): number {
  return IS_WHOLE ? whole : quick;
}
