import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "./lib/child-server.mjs";
import { newToken, ourServer, PEERS } from "./lib/contestants.mjs";
import { flushTime } from "./lib/flush-time.mjs";
import { HELP, readOptions, UsageError } from "./lib/options.mjs";
import { runRounds } from "./lib/rounds.mjs";
import { Seeder } from "./lib/seed.mjs";
import { formatTable, summarise } from "./lib/table.mjs";
import { withCleanup } from "./lib/with-cleanup.mjs";

/** @typedef {import("./lib/options.mjs").Options} Options */
/** @typedef {import("./lib/rounds.mjs").Result} Result */

const WHAT_IS_MEASURED =
  "Measured: the time from writing a request to reading its whole answer, over connections that stay open, each\n" +
  "with one request under way. imagetags removes an existing tag durably each time and is checked to have; the\n" +
  "other two only answer 204 to the same bytes. Not measured: making connections and tags, TLS, a network (the\n" +
  "generator shares this machine's CPUs with each server), Keystone, and any database but the embedded one.";

/**
 * @param {Options} options
 * @param {AsyncDisposableStack} stack
 */
async function measure(options, stack) {
  const folder = mkdtempSync(join(tmpdir(), "imagetags-bench-"));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const token = newToken();
  const servers = [];
  for (const program of [ourServer(folder, token), ...PEERS]) {
    const server = await startServer(program, folder);
    stack.defer(server.stop);
    servers.push(server);
  }
  const flush = flushTime(folder);
  const seeder = new Seeder(servers[0]?.port ?? 0, token);
  /** @type {Result[]} */
  const results = [];
  await runRounds({ servers, seeder, token }, options, (result) => {
    results.push(result);
    if (options.verbose) process.stderr.write(`${describe(result)}\n`);
  });
  return { flush, results };
}

/** @param {Result} result */
function describe({ round, connections, server, done, perSecond, p50, p99, generatorCpu }) {
  return (
    `round ${round}, ${connections} connections, ${server}: ${done} at ${perSecond.toFixed(0)} per second, ` +
    `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, generator at ${(generatorCpu * 100).toFixed(0)} % of a CPU`
  );
}

/**
 * @param {Options} options
 * @param {number} flush
 */
function header({ loads, rounds }, flush) {
  const counts = loads.map(({ connections, count }) => `${count} over ${connections}`).join(", ");
  return (
    `Removals of a tag, Node.js ${process.version}, ${availableParallelism()} CPUs (${cpus()[0]?.model ?? "unknown"})\n` +
    `Database: SQLite, journal_mode=WAL, synchronous=FULL; this disk makes 4 KB durable in ${flush.toFixed(2)} ms\n` +
    `Connections: ${counts}; ${rounds === 1 ? "one round" : `medians of ${rounds} rounds`}`
  );
}

/** @param {string[]} args */
async function main(args) {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const { flush, results } = await withCleanup((stack) => measure(options, stack));
  const rows = summarise(results);
  process.stdout.write(`${header(options, flush)}\n\n${formatTable(rows)}\n\n${WHAT_IS_MEASURED}\n`);
  if (options.short) process.stdout.write("These rounds were too short for the figures to mean anything.\n");
  if (options.json !== undefined) {
    const { version: node } = process;
    const report = {
      node,
      cpus: availableParallelism(),
      flushMilliseconds: flush,
      medians: rows,
      measures: results,
    };
    writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`bench: ${message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
