// Removals per second on MariaDB and PostgreSQL, from one process and from two, and by pgbench.
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
import { HAS_PGBENCH, Pgbench } from "./lib/pgbench.mjs";
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
 * @property {string} by a server of so many workers, or pgbench
 * @property {number} connections
 * @property {number} perSecond
 * @property {number} [p50] milliseconds
 * @property {number} [p99] milliseconds
 *
 * @typedef {Omit<Result, "database" | "by" | "connections">} Measured
 * @typedef {{ by: string, measure: (load: Load) => Promise<Measured> }} Contestant
 */

const WORKERS = [1, 2];
const [ONE_WORKER, PGBENCH] = [named(1), "pgbench"];

/**
 * Measures every load of every contestant in turn, round after round, so that what else the machine does
 * falls on all of them.
 * @param {DatabaseKind} kind
 * @param {DatabaseOptions} options
 * @param {AsyncDisposableStack} stack
 */
async function measureDatabase(kind, { rounds, loads }, stack) {
  const contestants = await openContestants(kind, stack);
  /** @type {Result[]} */
  const results = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (const load of loads) {
      for (const { by, measure } of contestants) {
        const measured = await measure(load);
        // The first round warms up.
        if (round > 0) results.push({ database: kind.name, by, connections: load.connections, ...measured });
      }
    }
  }
  return results;
}

/**
 * A server of each number of workers, each on a database of its own.
 * @param {DatabaseKind} kind
 * @param {AsyncDisposableStack} stack
 */
async function openContestants(kind, stack) {
  const instance = stack.use(await kind.start());
  const makeDatabase = async (/** @type {string} */ database) => {
    await instance.createDatabase(database);
    migrate(instance.url(database));
    return database;
  };
  const token = newToken();
  /** @type {Contestant[]} */
  const contestants = [];
  for (const workers of WORKERS) {
    const database = await makeDatabase(`bench_${workers}`);
    const folder = tempFolder(stack);
    const program = serverOn(folder, token, instance.url(database), workers);
    const { port } = await startServer(program, folder, stack);
    const seeder = new Seeder(port, token);
    contestants.push({ by: named(workers), measure: (load) => measureServer(port, seeder, token, load) });
  }
  if (!kind.isPostgres) return contestants;
  if (!HAS_PGBENCH) {
    process.stderr.write("pgbench is not installed and is left out.\n");
    return contestants;
  }
  const pgbench = new Pgbench(instance, await makeDatabase("bench_pgbench"), tempFolder(stack));
  contestants.push({ by: PGBENCH, measure: async (load) => ({ perSecond: await pgbench.measure(load) }) });
  return contestants;
}

/**
 * @param {number} port
 * @param {Seeder} seeder
 * @param {string} token
 * @param {Load} load
 */
async function measureServer(port, seeder, token, { connections, count }) {
  const images = await seeder.makeTags(count);
  const { done, seconds, latencies } = await sendAll(port, removalsOf(images, token), connections);
  const left = await seeder.countTags(images);
  if (left !== count - done) throw new Error(`${left} tags are left, but ${count - done} should be.`);
  return {
    perSecond: done / seconds,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}

/** @param {number} workers */
function named(workers) {
  return workers === 1 ? "1 worker" : `${workers} workers`;
}

/** The medians of all rounds. @param {readonly Result[]} results */
function summarise(results) {
  const groups = Map.groupBy(results, ({ database, connections, by }) =>
    [database, connections, by].join(" "),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const of = (/** @type {"perSecond" | "p50" | "p99"} */ field) =>
      median(group.map((result) => result[field] ?? NaN));
    return { ...first, perSecond: of("perSecond"), p50: of("p50"), p99: of("p99") };
  });
}

const HEADINGS = [
  "database",
  "connections",
  "by",
  "per second",
  "p50 ms",
  "p99 ms",
  "to one worker",
  "to pgbench",
];

/** @param {ReturnType<typeof summarise>} rows */
function formatTable(rows) {
  const lines = rows.map(({ database, connections, by, perSecond, p50, p99 }) => {
    const to = (/** @type {string} */ other) =>
      perSecond /
      (rows.find((row) => row.database === database && row.connections === connections && row.by === other)
        ?.perSecond ?? NaN);
    return [
      database,
      String(connections),
      by,
      perSecond.toFixed(0),
      ...[p50, p99, to(ONE_WORKER), to(PGBENCH)].map((value) => (isNaN(value) ? "-" : value.toFixed(2))),
    ];
  });
  return alignColumns([HEADINGS, ...lines], 0);
}

/** The figure that is to be reached. @param {ReturnType<typeof summarise>} rows */
function describePgbench(rows) {
  const rateOf = (/** @type {string} */ by) =>
    rows.find((row) => row.connections === 32 && row.database === "PostgreSQL" && row.by === by)?.perSecond ??
    NaN;
  if (isNaN(rateOf(PGBENCH))) return "";
  const ratios = WORKERS.map(
    (count) => `${(rateOf(named(count)) / rateOf(PGBENCH)).toFixed(2)} (${named(count)})`,
  );
  return `\nRemoval on PostgreSQL to pgbench, 32 connections: ${ratios.join(", ")}; to be 0.60 with 2 workers.\n`;
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
      describePgbench(summarise(results)) +
      (beside === undefined ? "" : describeBeside(beside)) +
      (options.short ? `\n${TOO_SHORT}` : ""),
  );
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, undefined, 2)}\n`);
});
