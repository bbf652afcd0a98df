import { NAMES } from "./contestants.ts";
import { median } from "./statistics.ts";
import type { Generator, Result } from "./rounds.ts";

/** The medians of all rounds. */
export interface Row {
  readonly connections: number;
  readonly server: string;
  readonly generator: Generator;
  readonly perSecond: number;
  /** The slowest round and the fastest. */
  readonly spread: readonly [number, number];
  readonly p50: number;
  readonly p99: number;
  readonly toExpress: number;
  readonly toHttp: number;
}

/** Brings the measures that one generator made in all rounds to one row for each load and server. */
export function summarise(all: readonly Result[], generator: Generator): Row[] {
  const results = all.filter((result) => result.generator === generator);
  const groups = Map.groupBy(results, ({ connections, server }) => `${connections} ${server}`);
  const rows = [...groups.values()].map((group) => ({
    connections: group[0]?.connections ?? 0,
    server: group[0]?.server ?? "",
    generator,
    perSecond: median(group.map(({ perSecond }) => perSecond)),
    p50: median(group.map(({ p50 }) => p50)),
    p99: median(group.map(({ p99 }) => p99)),
    spread: spreadOf(group.map(({ perSecond }) => perSecond)),
  }));
  const rateOf = (name: string, load: number) =>
    rows.find(({ server, connections }) => server === name && connections === load)?.perSecond ?? NaN;
  return rows.map((row) => ({
    ...row,
    toExpress: row.perSecond / rateOf(NAMES.express, row.connections),
    toHttp: row.perSecond / rateOf(NAMES.http, row.connections),
  }));
}

function spreadOf(rates: readonly number[]) {
  return [Math.min(...rates), Math.max(...rates)] as const;
}

const HEADINGS = [
  "connections",
  "server",
  "per second",
  "rounds",
  "p50 ms",
  "p99 ms",
  "to express",
  "to node:http",
];
const LEFT_ALIGNED = HEADINGS.indexOf("server");

/** The rows as a table for people. */
export function formatTable(rows: readonly Row[]) {
  const lines = rows.map((row, index) => [
    row.connections === rows[index - 1]?.connections ? "" : String(row.connections),
    row.server,
    row.perSecond.toFixed(0),
    row.spread.map((rate) => rate.toFixed(0)).join("-"),
    row.p50.toFixed(2),
    row.p99.toFixed(2),
    row.toExpress.toFixed(2),
    row.toHttp.toFixed(2),
  ]);
  return alignColumns([HEADINGS, ...lines], LEFT_ALIGNED);
}

/** Columns of equal width, aligned right but for one. */
export function alignColumns(lines: readonly (readonly string[])[], leftAligned: number) {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const toLine = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === leftAligned ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return lines.map(toLine).join("\n");
}
