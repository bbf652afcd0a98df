import { isMet, type Figure } from "./section.ts";
import { alignColumns } from "./table.ts";

const HEADINGS = ["figure", "target", "measured", "met", "last"];

/** The figures as a table for people; `last` are those of an earlier run, by name. */
export function figureTable(figures: readonly Figure[], last: ReadonlyMap<string, number>) {
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

function targetOf({ target, unit }: Figure) {
  if (target === undefined) return "";
  return "atLeast" in target ? `>= ${format(target.atLeast, unit)}` : `<= ${format(target.atMost, unit)}`;
}

function format(value: number, unit: Figure["unit"]) {
  const digits = unit === "MB" ? 0 : unit === "ms" ? 1 : 2;
  return unit === undefined ? value.toFixed(digits) : `${value.toFixed(digits)} ${unit}`;
}
