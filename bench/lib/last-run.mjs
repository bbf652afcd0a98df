import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { lineChart } from "./line-chart.mjs";

/** @typedef {import("./section.mjs").Found} Found */

const FOLDER = new URL("../results/", import.meta.url);
const FILE = new URL("latest.json", FOLDER);

/**
 * The figures of the run that was saved last, by name; none when there is none.
 * @returns {Map<string, number>}
 */
export function lastFigures() {
  let text;
  try {
    text = readFileSync(FILE, "utf8");
  } catch {
    return new Map();
  }
  /** @type {{ figures: { name: string, measured: number }[] }} */
  const { figures } = JSON.parse(text);
  return new Map(figures.map(({ name, measured }) => [name, measured]));
}

/**
 * Keeps a run to compare the next one with, and its pictures.
 * @param {unknown} result
 * @param {readonly Found[]} found
 */
export function saveRun(result, found) {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(FILE, `${JSON.stringify(result, undefined, 2)}\n`);
  for (const { file, panels } of found.flatMap(({ charts = [] }) => charts)) {
    writeFileSync(new URL(file, FOLDER), lineChart(panels));
  }
}
