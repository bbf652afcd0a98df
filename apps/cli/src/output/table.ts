import { readableText, type Row } from "./row.ts";
import { safeText } from "./safe-text.ts";
import { graphemesOf, textWidthFor, type TextWidth } from "./text-width.ts";

const GAP = "  ";
/** A column is not made narrower than this, also on a narrow terminal. */
const LEAST_WIDTH = 8;
/** People copy ids, so their columns are made narrower last. */
const COPIED: ReadonlySet<string> = new Set(["id", "image_id"]);

/**
 * A table as lines, the heads first. Nothing is cut off: where the terminal is too narrow the widest
 * columns are made narrower, and what does not fit goes on in further lines.
 */
export async function tableLines(
  columns: readonly string[],
  rows: readonly Row[],
  maxWidth: number,
): Promise<string[]> {
  const heads = columns.map((column) => column.replaceAll("_", " ").toUpperCase());
  const cells = rows.map((row) => columns.map((column) => cellText(row, column)));
  return await layOut([heads, ...cells], maxWidth, (index) => !COPIED.has(columns[index] ?? ""));
}

/** A single thing as lines: a name and a value in each. */
export async function recordLines(record: Row, maxWidth: number): Promise<string[]> {
  const names = Object.keys(record);
  const cells = names.map((name) => [safeText(name), cellText(record, name)]);
  return await layOut(cells, maxWidth, (index) => index === 1);
}

function cellText(row: Row, column: string): string {
  return safeText(readableText(row[column]));
}

async function layOut(
  cells: readonly (readonly string[])[],
  maxWidth: number,
  givesWayFirst: (column: number) => boolean,
): Promise<string[]> {
  const textWidth = await textWidthFor(cells.flat());
  const natural: number[] = [];
  for (const line of cells) {
    for (const [index, cell] of line.entries()) {
      natural[index] = Math.max(natural[index] ?? 0, textWidth(cell));
    }
  }
  const available = maxWidth - GAP.length * (natural.length - 1);
  const widths = narrowed(narrowed(natural, available, givesWayFirst), available, () => true);
  return cells.flatMap((line) => {
    const wrapped = line.map((cell, index) => wrap(cell, widths[index] ?? Infinity, textWidth));
    const height = Math.max(...wrapped.map((parts) => parts.length));
    return Array.from({ length: height }, (_, row) =>
      wrapped
        .map((parts, index) => padded(parts[row] ?? "", widths[index] ?? 0, textWidth))
        .join(GAP)
        .trimEnd(),
    );
  });
}

/** Takes from the widest of some columns, again and again, until all columns fit. */
function narrowed(
  natural: readonly number[],
  available: number,
  mayGiveWay: (column: number) => boolean,
): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  while (excess > 0) {
    const columns = [...widths.keys()].filter((column) => mayGiveWay(column));
    const widest = Math.max(0, ...columns.map((column) => widths[column] ?? 0));
    if (widest <= LEAST_WIDTH) break;
    const wide = columns.filter((column) => widths[column] === widest);
    const next = Math.max(
      LEAST_WIDTH,
      ...columns.map((column) => widths[column] ?? 0).filter((w) => w < widest),
    );
    const each = Math.min(widest - next, Math.ceil(excess / wide.length));
    for (const column of wide) widths[column] = widest - each;
    excess -= each * wide.length;
  }
  return widths;
}

function wrap(text: string, width: number, textWidth: TextWidth): string[] {
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

function padded(text: string, width: number, textWidth: TextWidth): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}
