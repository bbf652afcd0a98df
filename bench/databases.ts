// Removals per second on MariaDB, three nodes of Galera and PostgreSQL, from one process and from two, and by pgbench.
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { compareWithGlance, HAS_GLANCE } from "./lib/beside-glance.ts";
import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { newToken } from "./lib/contestants.ts";
import { DATABASES, migrate, serverOn, type DatabaseKind } from "./lib/database-contestants.ts";
import { HELP, readDatabaseOptions, type DatabaseOptions } from "./lib/database-options.ts";
import { flushTime } from "./lib/flush-time.ts";
import { TOO_SHORT } from "./lib/report.ts";
import { removalsOf } from "./lib/requests.ts";
import { Seeder } from "./lib/seed.ts";
import { HAS_PGBENCH, Pgbench } from "./lib/pgbench.ts";
import { sendAll } from "./lib/send-all.ts";
import { median, percentile } from "./lib/statistics.ts";
import { alignColumns } from "./lib/table.ts";
import { runCommand } from "./lib/usage.ts";
import { withCleanup } from "./lib/with-cleanup.ts";
import type { Load } from "./lib/options.ts";

interface Result {
  readonly database: string;
  /** A server of so many workers, or pgbench. */
  readonly by: string;
  readonly connections: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50?: number;
  /** Milliseconds. */
  readonly p99?: number;
}

type Measured = Omit<Result, "database" | "by" | "connections">;

type Contestant = { by: string; measure: (load: Load) => Promise<Measured> };

const WORKERS = [1, 2];
const [ONE_WORKER, PGBENCH] = [named(1), "pgbench"];

/**
 * Measures every load of every contestant in turn, round after round, so that what else the machine does
 * falls on all of them.
 */
async function measureDatabase(
  kind: DatabaseKind,
  { rounds, loads }: DatabaseOptions,
  stack: AsyncDisposableStack,
) {
  const contestants = await openContestants(kind, stack);
  const results: Result[] = [];
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

/** A server of each number of workers, each on a database of its own. */
async function openContestants(kind: DatabaseKind, stack: AsyncDisposableStack) {
  const instance = stack.use(await kind.start());
  const makeDatabase = async (database: string) => {
    await instance.createDatabase(database);
    await migrate(instance.url(database));
    return database;
  };
  const token = newToken();
  const contestants: Contestant[] = [];
  for (const workers of WORKERS) {
    const database = await makeDatabase(`bench_${workers}`);
    const { port } = stack.use(await startServer(serverOn(token, instance.url(database), workers)));
    const seeder = new Seeder(port, token);
    contestants.push({ by: named(workers), measure: (load) => measureServer(port, seeder, token, load) });
  }
  if (!kind.isPostgres) return contestants;
  if (!HAS_PGBENCH) {
    process.stderr.write("pgbench is not installed and is left out.\n");
    return contestants;
  }
  const folder = stack.use(temporaryFolder("bench"));
  const pgbench = new Pgbench(instance, await makeDatabase("bench_pgbench"), folder.path);
  contestants.push({ by: PGBENCH, measure: async (load) => ({ perSecond: await pgbench.measure(load) }) });
  return contestants;
}

async function measureServer(port: number, seeder: Seeder, token: string, { connections, count }: Load) {
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

function named(workers: number) {
  return workers === 1 ? "1 worker" : `${workers} workers`;
}

/** The medians of all rounds. */
function summarise(results: readonly Result[]) {
  const groups = Map.groupBy(results, ({ database, connections, by }) =>
    [database, connections, by].join(" "),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const of = (field: "perSecond" | "p50" | "p99") => median(group.map((result) => result[field] ?? NaN));
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

function formatTable(rows: ReturnType<typeof summarise>) {
  const lines = rows.map(({ database, connections, by, perSecond, p50, p99 }) => {
    const to = (other: string) =>
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

/** The figure that is to be reached. */
function describePgbench(rows: ReturnType<typeof summarise>) {
  const rateOf = (by: string) =>
    rows.find((row) => row.connections === 32 && row.database === "PostgreSQL" && row.by === by)?.perSecond ??
    NaN;
  if (isNaN(rateOf(PGBENCH))) return "";
  const ratios = WORKERS.map(
    (count) => `${(rateOf(named(count)) / rateOf(PGBENCH)).toFixed(2)} (${named(count)})`,
  );
  return `\nRemoval on PostgreSQL to pgbench, 32 connections: ${ratios.join(", ")}; to be 0.60 with 2 workers.\n`;
}

function describeBeside({
  glance,
  ours,
  workers,
  connections,
}: Awaited<ReturnType<typeof compareWithGlance>>) {
  return (
    `\nOn the one database that Glance made, ${connections} connections, ${workers} processes each: ` +
    `Glance ${glance.toFixed(0)} per second, imagetags ${ours.toFixed(0)}: ${(ours / glance).toFixed(1)} times as many.\n`
  );
}

async function run(options: DatabaseOptions, stack: AsyncDisposableStack) {
  const flush = flushTime(stack.use(temporaryFolder("bench")).path);
  const results: Result[] = [];
  for (const kind of DATABASES) {
    if (!kind.isInstalled) process.stderr.write(`${kind.name} is not installed and is left out.\n`);
    else results.push(...(await measureDatabase(kind, options, stack)));
  }
  const plan = options.short
    ? { rounds: 1, glanceImages: 40, ourImages: 40 }
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
