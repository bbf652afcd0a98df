import { readableText, type Row } from "./row.ts";
import { safeText } from "./safe-text.ts";
import { graphemesOf, textWidth } from "./text-width.ts";

const GAP = "  ";
/** A column is not made narrower than this, also on a narrow terminal. */
const LEAST_WIDTH = 8;

/**
 * A table as lines, the heads first. Nothing is cut off: where the terminal is too narrow the widest
 * columns are made narrower, and what does not fit goes on in further lines.
 */
export function tableLines(columns: readonly string[], rows: readonly Row[], maxWidth: number): string[] {
  const heads = columns.map((column) => column.replaceAll("_", " ").toUpperCase());
  return layOut([heads, ...rows.map((row) => columns.map((column) => cellText(row, column)))], maxWidth);
}

/** A single thing as lines: a name and a value in each. */
export function recordLines(record: Row, maxWidth: number): string[] {
  const names = Object.keys(record);
  return layOut(
    names.map((name) => [safeText(name), cellText(record, name)]),
    maxWidth,
  );
}

function cellText(row: Row, column: string): string {
  return safeText(readableText(row[column]));
}

function layOut(cells: readonly (readonly string[])[], maxWidth: number): string[] {
  const natural: number[] = [];
  for (const line of cells) {
    for (const [index, cell] of line.entries()) {
      natural[index] = Math.max(natural[index] ?? 0, textWidth(cell));
    }
  }
  const widths = fittingWidths(natural, maxWidth - GAP.length * (natural.length - 1));
  return cells.flatMap((line) => {
    const wrapped = line.map((cell, index) => wrap(cell, widths[index] ?? Infinity));
    const height = Math.max(...wrapped.map((parts) => parts.length));
    return Array.from({ length: height }, (_, row) =>
      wrapped
        .map((parts, index) => padded(parts[row] ?? "", widths[index] ?? 0))
        .join(GAP)
        .trimEnd(),
    );
  });
}

/** Takes from the widest column, again and again, until all fit. */
function fittingWidths(natural: readonly number[], available: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  while (excess > 0) {
    const sorted = [...new Set(widths)].toSorted((a, b) => b - a);
    const widest = sorted[0] ?? 0;
    if (widest <= LEAST_WIDTH) break;
    const next = Math.max(sorted[1] ?? LEAST_WIDTH, LEAST_WIDTH);
    const columns = widths.flatMap((width, index) => (width === widest ? [index] : []));
    const each = Math.min(widest - Math.min(next, widest - 1), Math.ceil(excess / columns.length));
    for (const index of columns) widths[index] = widest - each;
    excess -= each * columns.length;
  }
  return widths;
}

function wrap(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const segment of graphemesOf(text)) {
    const own = textWidth(segment);
    if (used + own > width && line !== "") {
      lines.push(line);
      line = "";
      used = 0;
    }
    line += segment;
    used += own;
  }
  return [...lines, line];
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}
