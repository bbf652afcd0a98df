import { NAMES } from "./contestants.mjs";
import { median } from "./statistics.mjs";

/** @typedef {import("./rounds.mjs").Result} Result */

/**
 * The medians of all rounds.
 * @typedef {object} Row
 * @property {number} connections
 * @property {string} server
 * @property {number} perSecond
 * @property {number} p50
 * @property {number} p99
 * @property {number} toExpress
 * @property {number} toHttp
 */

/**
 * Brings the measures of all rounds to one row for each load and server.
 * @param {readonly Result[]} results
 * @returns {Row[]}
 */
export function summarise(results) {
  const groups = Map.groupBy(results, ({ connections, server }) => `${connections} ${server}`);
  const rows = [...groups.values()].map((group) => ({
    connections: group[0]?.connections ?? 0,
    server: group[0]?.server ?? "",
    perSecond: median(group.map(({ perSecond }) => perSecond)),
    p50: median(group.map(({ p50 }) => p50)),
    p99: median(group.map(({ p99 }) => p99)),
  }));
  /**
   * @param {string} name
   * @param {number} load
   */
  const rateOf = (name, load) =>
    rows.find(({ server, connections }) => server === name && connections === load)?.perSecond ?? NaN;
  return rows.map((row) => ({
    ...row,
    toExpress: row.perSecond / rateOf(NAMES.express, row.connections),
    toHttp: row.perSecond / rateOf(NAMES.http, row.connections),
  }));
}

const HEADINGS = ["connections", "server", "per second", "p50 ms", "p99 ms", "to express", "to node:http"];
const LEFT_ALIGNED = HEADINGS.indexOf("server");

/**
 * The rows as a table for people.
 * @param {readonly Row[]} rows
 */
export function formatTable(rows) {
  const lines = rows.map((row, index) => [
    row.connections === rows[index - 1]?.connections ? "" : String(row.connections),
    row.server,
    row.perSecond.toFixed(0),
    row.p50.toFixed(2),
    row.p99.toFixed(2),
    row.toExpress.toFixed(2),
    row.toHttp.toFixed(2),
  ]);
  return alignColumns([HEADINGS, ...lines], LEFT_ALIGNED);
}

/**
 * Columns of equal width, aligned right but for one.
 * @param {readonly (readonly string[])[]} lines
 * @param {number} leftAligned
 */
export function alignColumns(lines, leftAligned) {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const toLine = (/** @type {readonly string[]} */ cells) =>
    cells
      .map((cell, column) =>
        column === leftAligned ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return lines.map(toLine).join("\n");
}
