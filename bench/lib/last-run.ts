import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { lineChart } from "./line-chart.ts";
import type { Found } from "./section.ts";

const FOLDER = new URL("../results/", import.meta.url);
const FILE = new URL("latest.json", FOLDER);

/** The figures of the run that was saved last, by name; none when there is none. */
export function lastFigures(): Map<string, number> {
  let text;
  try {
    text = readFileSync(FILE, "utf8");
  } catch {
    return new Map();
  }
  const { figures }: { figures: { name: string; measured: number }[] } = JSON.parse(text);
  return new Map(figures.map(({ name, measured }) => [name, measured]));
}

/** Keeps a run to compare the next one with, and its pictures. */
export function saveRun(result: unknown, found: readonly Found[]) {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(FILE, `${JSON.stringify(result, undefined, 2)}\n`);
  for (const { file, panels } of found.flatMap(({ charts = [] }) => charts)) {
    writeFileSync(new URL(file, FOLDER), lineChart(panels));
  }
}
