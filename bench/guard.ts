// Removals per second on Glance's tables, with the guard on them and without, in turn.
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { startServer, runServer } from "@imagetags/testing/server/start-server";
import { newToken } from "./lib/contestants.ts";
import { DATABASES, serverOn, type DatabaseKind } from "./lib/database-contestants.ts";
import { TOO_SHORT } from "./lib/report.ts";
import { removalsOf } from "./lib/requests.ts";
import { Seeder } from "./lib/seed.ts";
import { sendAll } from "./lib/send-all.ts";
import { median } from "./lib/statistics.ts";
import { alignColumns } from "./lib/table.ts";
import { parseOptions, runCommand, wholeNumber } from "./lib/usage.ts";
import { withCleanup } from "./lib/with-cleanup.ts";

const HELP = `Measures removals on Glance's tables with the guard on and without, on MariaDB and PostgreSQL.

Usage: node bench/guard.ts [options]

  --rounds N  rounds; the table shows their medians (default: 5)
  --short     one round of few removals: shows that the bench works, not how fast anything is
  -h, --help  print this text
`;

/** The most that a removal may cost with the guard on, as a multiple of one without. */
const TARGET = 1.15;
const LOADS = [1, 32];
/** Removals per measure over 32 connections, and a quarter of it over one. */
const COUNT = 8_000;
const FEW = 400;
const TAGS_PER_IMAGE = 10;

const WAYS = ["without", "with"] as const;

interface Result {
  readonly database: string;
  readonly connections: number;
  readonly way: (typeof WAYS)[number];
  readonly perSecond: number;
}

async function measure(kind: DatabaseKind, rounds: number, count: number, stack: AsyncDisposableStack) {
  const instance = stack.use(await kind.start());
  const token = newToken();
  const servers = [];
  for (const way of WAYS) {
    const database = `bench_${way}`;
    await instance.createDatabase(database);
    await instance.query(tablesOf(kind), database);
    const url = instance.url(database);
    if (way === "with") {
      const { code, stderr } = await runServer(
        ["guard", "on", "--yes"],
        { IMAGETAGS_DATABASE_URL: url },
        tmpdir(),
      );
      if (code !== 0) throw new Error(`The guard was not switched on: ${stderr}`);
    }
    const { port } = stack.use(await startServer(serverOn(token, url, 1)));
    servers.push({ way, port, seeder: new Seeder(port, token) });
  }
  const results: Result[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (const connections of LOADS) {
      // Each comes first as often as the other.
      for (const { way, port, seeder } of round % 2 === 0 ? servers : servers.toReversed()) {
        const images = await seeder.makeTags(connections === 1 ? count / 4 : count, TAGS_PER_IMAGE);
        const { done, seconds } = await sendAll(port, removalsOf(images, token), connections);
        // The first round warms up.
        if (round > 0) results.push({ database: kind.name, connections, way, perSecond: done / seconds });
      }
    }
  }
  return results;
}

/** The tables as Glance made them. */
function tablesOf({ isPostgres }: DatabaseKind) {
  const name = isPostgres ? "postgres" : "mariadb";
  return readFileSync(
    new URL(`../apps/server/src/testing/data/glance-25.1.0.${name}.sql`, import.meta.url),
    "utf8",
  );
}

function toTable(results: readonly Result[]) {
  const groups = Map.groupBy(results, ({ database, connections }) => `${database} ${connections}`);
  const rows = [...groups.values()].map((group) => {
    const [without = [], on = []] = WAYS.map((way) =>
      group.filter((result) => result.way === way).map(({ perSecond }) => perSecond),
    );
    const costs = on.map((rate, round) => (without[round] ?? NaN) / rate);
    const [least, most] = [Math.min(...costs), Math.max(...costs)];
    return [
      group[0]?.database ?? "",
      String(group[0]?.connections),
      median(without).toFixed(0),
      median(on).toFixed(0),
      `${median(costs).toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`,
      median(costs) <= TARGET ? "yes" : "no",
    ];
  });
  return alignColumns(
    [
      ["database", "connections", "without per second", "with per second", "cost", `at most ${TARGET}`],
      ...rows,
    ],
    1,
  );
}

await runCommand(async (args) => {
  const values = parseOptions(args, {
    rounds: { type: "string", default: "5" },
    short: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const rounds = values.short ? 1 : wholeNumber("--rounds", values.rounds, 100);
  const results: Result[] = [];
  for (const kind of DATABASES) {
    if (kind.name === "Galera") continue;
    if (!kind.isInstalled) process.stdout.write(`${kind.name} is not installed and is left out.\n`);
    else
      results.push(
        ...(await withCleanup((stack) => measure(kind, rounds, values.short ? FEW : COUNT, stack))),
      );
  }
  process.stdout.write(
    `Removals of a tag on Glance's tables, one process; Node.js ${process.version}\n` +
      `${rounds === 1 ? "One round" : `Medians of ${rounds} rounds`}\n\n${toTable(results)}\n` +
      (values.short ? `\n${TOO_SHORT}` : ""),
  );
});
