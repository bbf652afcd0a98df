// How fast imagetags is: one table of figures, beside what they are to be and what they were.
import { writeFileSync } from "node:fs";
import { figureTable } from "./lib/figure-table.mjs";
import { lastFigures, saveRun } from "./lib/last-run.mjs";
import { helpText, readOptions } from "./lib/options.mjs";
import { header, machine, TOO_SHORT } from "./lib/report.mjs";
import { runCommand } from "./lib/usage.mjs";
import { withCleanup } from "./lib/with-cleanup.mjs";
import { client } from "./sections/client.mjs";
import { connections } from "./sections/connections.mjs";
import { health } from "./sections/health.mjs";
import { lists } from "./sections/lists.mjs";
import { longLists } from "./sections/long-lists.mjs";
import { memory } from "./sections/memory.mjs";
import { missingTag } from "./sections/missing-tag.mjs";
import { overload } from "./sections/overload.mjs";
import { removals } from "./sections/removals.mjs";
import { start } from "./sections/start.mjs";

/** Every section, in the order of the table. */
const SECTIONS = [
  removals,
  missingTag,
  lists,
  longLists,
  memory,
  start,
  client,
  health,
  overload,
  connections,
];

await runCommand(async (args) => {
  const options = readOptions(args, SECTIONS);
  if (options.help) {
    process.stdout.write(helpText(SECTIONS));
    return;
  }
  const found = [];
  for (const { name, run } of options.sections) {
    process.stderr.write(`bench: ${name}\n`);
    found.push({ name, ...(await withCleanup((stack) => run(options, stack))) });
  }
  const figures = found.flatMap((section) => section.figures);
  const texts = found.flatMap(({ text }) => (text === undefined ? [] : [text]));
  const table = `${header(options)}\n${figureTable(figures, lastFigures())}`;
  process.stdout.write(`${[table, ...texts].join("\n\n")}\n${options.short ? `\n${TOO_SHORT}` : ""}`);
  const sections = Object.fromEntries(found.map(({ name, data }) => [name, data]));
  const result = { ...machine(), rounds: options.rounds, figures, sections };
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify(result, undefined, 2)}\n`);
  }
  // Every measure of every round is for --json; what the next run is compared with is the figures.
  if (options.save) saveRun({ ...machine(), rounds: options.rounds, figures }, found);
});
