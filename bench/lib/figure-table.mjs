import { isMet } from "./section.mjs";
import { alignColumns } from "./table.mjs";

/** @typedef {import("./section.mjs").Figure} Figure */

const HEADINGS = ["figure", "target", "measured", "met", "last"];

/**
 * The figures as a table for people; `last` are those of an earlier run, by name.
 * @param {readonly Figure[]} figures
 * @param {ReadonlyMap<string, number>} last
 */
export function figureTable(figures, last) {
  const lines = figures.map((figure) => {
    const before = last.get(figure.name);
    return [
      figure.name,
      targetOf(figure),
      format(figure.measured, figure.unit),
      { true: "yes", false: "NO", undefined: "" }[String(isMet(figure))] ?? "",
      before === undefined ? "" : format(before, figure.unit),
    ];
  });
  return alignColumns([HEADINGS, ...lines], 0);
}

/** @param {Figure} figure */
function targetOf({ target, unit }) {
  if (target === undefined) return "";
  return "atLeast" in target ? `>= ${format(target.atLeast, unit)}` : `<= ${format(target.atMost, unit)}`;
}

/**
 * @param {number} value
 * @param {Figure["unit"]} unit
 */
function format(value, unit) {
  const digits = unit === "MB" ? 0 : unit === "ms" ? 1 : 2;
  return unit === undefined ? value.toFixed(digits) : `${value.toFixed(digits)} ${unit}`;
}
