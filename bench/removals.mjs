// Removals per second of this server beside the least that Express and Node can do.
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { startServer } from "./lib/child-server.mjs";
import { newToken, ourServer, PEERS } from "./lib/contestants.mjs";
import { flushTime } from "./lib/flush-time.mjs";
import { HELP, readOptions } from "./lib/options.mjs";
import { describe, header, TOO_SHORT, WHAT_IS_MEASURED } from "./lib/report.mjs";
import { runRounds } from "./lib/rounds.mjs";
import { Seeder } from "./lib/seed.mjs";
import { formatTable, summarise } from "./lib/table.mjs";
import { tempFolder } from "./lib/temp-folder.mjs";
import { runCommand } from "./lib/usage.mjs";
import { withCleanup } from "./lib/with-cleanup.mjs";

/** @typedef {import("./lib/options.mjs").Options} Options */
/** @typedef {import("./lib/rounds.mjs").Result} Result */

/**
 * @param {Options} options
 * @param {AsyncDisposableStack} stack
 */
async function measure(options, stack) {
  const folder = tempFolder(stack);
  const token = newToken();
  const ours = await startServer(ourServer(folder, token), folder, stack);
  const servers = [ours];
  for (const peer of PEERS) servers.push(await startServer(peer, folder, stack));
  const flushMilliseconds = flushTime(folder);
  /** @type {Result[]} */
  const measures = [];
  await runRounds({ servers, seeder: new Seeder(ours.port, token), token }, options, (result) => {
    measures.push(result);
    if (options.verbose) process.stderr.write(describe(result));
  });
  return { flushMilliseconds, measures };
}

await runCommand(async (args) => {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const { flushMilliseconds, measures } = await withCleanup((stack) => measure(options, stack));
  const medians = summarise(measures);
  process.stdout.write(
    `${header(options, flushMilliseconds)}\n${formatTable(medians)}\n\n${WHAT_IS_MEASURED}` +
      (options.short ? TOO_SHORT : ""),
  );
  if (options.json === undefined) return;
  const machine = { node: process.version, cpus: availableParallelism(), flushMilliseconds };
  writeFileSync(options.json, `${JSON.stringify({ ...machine, medians, measures }, undefined, 2)}\n`);
});
