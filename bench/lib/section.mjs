/**
 * What a figure must be: at least so much, or at most.
 * @typedef {{ atLeast: number } | { atMost: number }} Target
 *
 * One thing that was measured, with what it is to be.
 * @typedef {object} Figure
 * @property {string} name the same in every run, so that runs can be compared
 * @property {number} measured
 * @property {Target} [target]
 * @property {"ms" | "MB" | "s"} [unit] none for a ratio
 *
 * A line of a chart; x rises.
 * @typedef {object} Series
 * @property {string} name
 * @property {readonly (readonly [x: number, y: number])[]} points
 *
 * A picture of what was measured, for the file of that name.
 * @typedef {object} Chart
 * @property {string} file
 * @property {readonly import("./line-chart.mjs").Panel[]} panels
 *
 * What a section found: figures for the table, a text beneath it, pictures, and all of it as data.
 * @typedef {object} Found
 * @property {Figure[]} figures
 * @property {string} [text]
 * @property {Chart[]} [charts]
 * @property {unknown} [data]
 *
 * How much a section does: `short` shows that it works and no more.
 * @typedef {{ short: boolean, rounds: number }} Plan
 *
 * One part of the bench, which can be run alone by its name.
 * @typedef {object} Section
 * @property {string} name
 * @property {string} summary
 * @property {(plan: Plan, stack: AsyncDisposableStack) => Promise<Found>} run
 */

/**
 * Whether a figure is what it is to be; without a target it is for the reader alone.
 * @param {Figure} figure
 */
export function isMet({ measured, target }) {
  if (target === undefined) return undefined;
  return "atLeast" in target ? measured >= target.atLeast : measured <= target.atMost;
}
