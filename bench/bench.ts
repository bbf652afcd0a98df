// How fast imagetags is: one table of figures, beside what they are to be and what they were.
import { writeFileSync } from "node:fs";
import { figureTable } from "./lib/figure-table.ts";
import { lastFigures, saveRun } from "./lib/last-run.ts";
import { helpText, readOptions } from "./lib/options.ts";
import { header, machine, TOO_SHORT } from "./lib/report.ts";
import { runCommand } from "./lib/usage.ts";
import { withCleanup } from "./lib/with-cleanup.ts";
import { allTags } from "./sections/all-tags.ts";
import { client } from "./sections/client.ts";
import { connections } from "./sections/connections.ts";
import { events } from "./sections/events.ts";
import { front } from "./sections/front.ts";
import { health } from "./sections/health.ts";
import { history } from "./sections/history.ts";
import { lists } from "./sections/lists.ts";
import { longLists } from "./sections/long-lists.ts";
import { memory } from "./sections/memory.ts";
import { metrics } from "./sections/metrics.ts";
import { missingTag } from "./sections/missing-tag.ts";
import { overload } from "./sections/overload.ts";
import { removals } from "./sections/removals.ts";
import { start } from "./sections/start.ts";
import { tagActions } from "./sections/tag-actions.ts";

/** Every section, in the order of the table. */
const SECTIONS = [
  removals,
  missingTag,
  events,
  lists,
  allTags,
  longLists,
  history,
  tagActions,
  memory,
  metrics,
  start,
  client,
  health,
  overload,
  connections,
  front,
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
