// Removals per second on MariaDB and PostgreSQL, from one process and from two.
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { compareWithGlance, HAS_GLANCE } from "./lib/beside-glance.mjs";
import { startServer } from "./lib/child-server.mjs";
import { newToken } from "./lib/contestants.mjs";
import { DATABASES, migrate, serverOn } from "./lib/database-contestants.mjs";
import { HELP, readDatabaseOptions } from "./lib/database-options.mjs";
import { flushTime } from "./lib/flush-time.mjs";
import { TOO_SHORT } from "./lib/report.mjs";
import { removalsOf } from "./lib/requests.mjs";
import { Seeder } from "./lib/seed.mjs";
import { sendAll } from "./lib/send-all.mjs";
import { median, percentile } from "./lib/statistics.mjs";
import { alignColumns } from "./lib/table.mjs";
import { tempFolder } from "./lib/temp-folder.mjs";
import { runCommand } from "./lib/usage.mjs";
import { withCleanup } from "./lib/with-cleanup.mjs";

/** @typedef {import("./lib/database-options.mjs").DatabaseOptions} DatabaseOptions */
/** @typedef {import("./lib/database-contestants.mjs").DatabaseKind} DatabaseKind */
/** @typedef {import("./lib/options.mjs").Load} Load */

/**
 * @typedef {object} Result
 * @property {string} database
 * @property {number} workers
 * @property {number} connections
 * @property {number} perSecond
 * @property {number} p50 milliseconds
 * @property {number} p99 milliseconds
 */

const WORKERS = [1, 2];

/**
 * Measures every load on every number of workers in turn, round after round, so that what else the machine
 * does falls on all of them.
 * @param {DatabaseKind} kind
 * @param {DatabaseOptions} options
 * @param {AsyncDisposableStack} stack
 */
async function measureDatabase(kind, { rounds, loads }, stack) {
  const instance = stack.use(await kind.start());
  const token = newToken();
  const servers = [];
  for (const workers of WORKERS) {
    const database = `bench_${workers}`;
    await instance.createDatabase(database);
    migrate(instance.url(database));
    const folder = tempFolder(stack);
    const program = serverOn(folder, token, instance.url(database), workers);
    const { port } = await startServer(program, folder, stack);
    servers.push({ workers, port, seeder: new Seeder(port, token) });
  }
  /** @type {Result[]} */
  const results = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (const load of loads) {
      for (const { workers, port, seeder } of servers) {
        const measured = await measure(port, seeder, token, load);
        // The first round warms up.
        if (round > 0) results.push({ database: kind.name, workers, ...measured });
      }
    }
  }
  return results;
}

/**
 * @param {number} port
 * @param {Seeder} seeder
 * @param {string} token
 * @param {Load} load
 */
async function measure(port, seeder, token, { connections, count }) {
  const images = await seeder.makeTags(count);
  const { done, seconds, latencies } = await sendAll(port, removalsOf(images, token), connections);
  const left = await seeder.countTags(images);
  if (left !== count - done) throw new Error(`${left} tags are left, but ${count - done} should be.`);
  return {
    connections,
    perSecond: done / seconds,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}

/** @param {readonly Result[]} results */
function summarise(results) {
  const groups = Map.groupBy(results, ({ database, connections, workers }) =>
    [database, connections, workers].join(" "),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return {
      ...first,
      perSecond: median(group.map(({ perSecond }) => perSecond)),
      p50: median(group.map(({ p50 }) => p50)),
      p99: median(group.map(({ p99 }) => p99)),
    };
  });
}

const HEADINGS = ["database", "connections", "workers", "per second", "p50 ms", "p99 ms", "to one worker"];

/** @param {readonly Result[]} rows */
function formatTable(rows) {
  const lines = rows.map(({ database, connections, workers, perSecond, p50, p99 }) => {
    const alone = rows.find(
      (row) => row.database === database && row.connections === connections && row.workers === 1,
    );
    return [
      database,
      String(connections),
      String(workers),
      perSecond.toFixed(0),
      p50.toFixed(2),
      p99.toFixed(2),
      (perSecond / (alone?.perSecond ?? NaN)).toFixed(2),
    ];
  });
  return alignColumns([HEADINGS, ...lines], 0);
}

/** @param {Awaited<ReturnType<typeof compareWithGlance>>} rates */
function describeBeside({ glance, ours, workers, connections }) {
  return (
    `\nOn the one database that Glance made, ${connections} connections, ${workers} processes each: ` +
    `Glance ${glance.toFixed(0)} per second, imagetags ${ours.toFixed(0)}: ${(ours / glance).toFixed(1)} times as many.\n`
  );
}

/** @param {DatabaseOptions} options @param {AsyncDisposableStack} stack */
async function run(options, stack) {
  const flush = flushTime(tempFolder(stack));
  /** @type {Result[]} */
  const results = [];
  for (const kind of DATABASES) {
    if (!kind.isInstalled) process.stderr.write(`${kind.name} is not installed and is left out.\n`);
    else results.push(...(await measureDatabase(kind, options, stack)));
  }
  const plan = options.short
    ? { rounds: 1, glanceImages: 10, ourImages: 20 }
    : { rounds: options.rounds, glanceImages: 100, ourImages: 1_000 };
  return { flush, results, beside: HAS_GLANCE ? await compareWithGlance(plan, stack) : undefined };
}

await runCommand(async (args) => {
  const options = readDatabaseOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const { flush, results, beside } = await withCleanup((stack) => run(options, stack));
  if (results.length === 0) return;
  const counts = options.loads.map(({ connections, count }) => `${count} over ${connections}`).join(", ");
  process.stdout.write(
    `Removals of a tag; Node.js ${process.version}, ${availableParallelism()} CPUs (${cpus()[0]?.model ?? "unknown"})\n` +
      `Databases on this machine with the settings they come with: every commit is flushed, which takes ${flush.toFixed(2)} ms for 4 KB\n` +
      `Removals: ${counts} connections; ${options.rounds === 1 ? "one round" : `medians of ${options.rounds} rounds`}\n\n` +
      `${formatTable(summarise(results))}\n` +
      (beside === undefined ? "" : describeBeside(beside)) +
      (options.short ? `\n${TOO_SHORT}` : ""),
  );
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, undefined, 2)}\n`);
});
