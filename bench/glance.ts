// Removals per second of this server and of a real Glance, in one run on one MariaDB database and with one Keystone.
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { startGlance } from "@imagetags/testing/glance/start-glance";
import { startKeystone } from "@imagetags/testing/keystone/start-keystone";
import { startMariadb } from "@imagetags/testing/databases/start-mariadb";
import { startServer } from "@imagetags/testing/server/start-server";
import { TOO_SHORT } from "./lib/report.ts";
import { removalsOf } from "./lib/requests.ts";
import { Seeder } from "./lib/seed.ts";
import { sendAll } from "./lib/send-all.ts";
import { median, percentile } from "./lib/statistics.ts";
import { alignColumns } from "./lib/table.ts";
import { parseOptions, runCommand, wholeNumber } from "./lib/usage.ts";
import { withCleanup } from "./lib/with-cleanup.ts";

const HELP = `Measures removals per second of this server beside a real Glance, on one MariaDB database.

Usage: node bench/glance.ts [options]

It needs Debian's glance-api, keystone and mariadb-server: \`bash e2e/glance/run.sh\` installs them.

  --rounds N  rounds; the table shows their medians (default: 3)
  --short     one round of few removals: shows that the bench works, not how fast anything is
  -h, --help  print this text
`;

const NEEDED = ["/usr/bin/glance-api", "/usr/bin/keystone-manage", "/usr/bin/uwsgi", "/usr/{s,}bin/mariadbd"];
const WORKERS = 2;
const LOADS = [1, 32];
/** Removals per measure over 32 connections, and a quarter of it over one. A measure ends after 15 seconds at most. */
const COUNTS = { Glance: 1000, imagetags: 10_000 };
/**
 * Glance reads and compares all tags of an image to remove one: these are few, as on most images. There must be
 * more images than connections, for removals that meet on one image it answers 500 or loses.
 */
const LONG = { tagsPerImage: 10, scale: 1 };
const SHORT = { tagsPerImage: 1, scale: 10 };

type Name = keyof typeof COUNTS;

type Result = { name: Name; connections: number; perSecond: number; p50: number; p99: number };

async function measure(
  rounds: number,
  { tagsPerImage, scale }: { tagsPerImage: number; scale: number },
  stack: AsyncDisposableStack,
) {
  const mariadb = stack.use(await startMariadb());
  const keystone = stack.use(await startKeystone({ mariadb }));
  const glance = stack.use(await startGlance({ mariadb, keystone, workers: WORKERS }));
  const service = await keystone.serviceUser("imagetags");
  const ours = stack.use(
    await startServer({
      logToFile: true,
      settings: {
        IMAGETAGS_AUTH: "keystone",
        IMAGETAGS_DATABASE_URL: mariadb.url(glance.database),
        IMAGETAGS_WORKERS: String(WORKERS),
        ...service.environment,
      },
    }),
  );
  const member = await keystone.user({ project: "bench", roles: ["member"] });
  const token = await member.token();
  const ourPort = portOf(ours.url);
  // The tags are made by the faster of the two, for both.
  const seeder = new Seeder(ourPort, token);
  const servers: { name: Name; port: number }[] = [
    { name: "Glance", port: portOf(glance.url) },
    { name: "imagetags", port: ourPort },
  ];
  const results: Result[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (const connections of LOADS) {
      for (const { name, port } of servers) {
        const count = Math.ceil(COUNTS[name] / scale / (connections === 1 ? 4 : 1));
        const images = await seeder.makeTags(count, tagsPerImage);
        const { done, seconds, latencies } = await sendAll(port, removalsOf(images, token), connections);
        const left = await seeder.countTags(images);
        const lost = left - (count - done);
        // Glance may lose a removal where two of one image meet.
        if (name === "imagetags" && lost !== 0) throw new Error(`${lost} removals were lost.`);
        if (lost > 0) process.stderr.write(`Glance lost ${lost} of ${done} removals that it answered 204.\n`);
        // The first round warms up: caches of tokens are filled, too.
        if (round === 0) continue;
        const [p50, p99] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
        results.push({ name, connections, perSecond: done / seconds, p50, p99 });
      }
    }
  }
  return results;
}

function portOf(url: string) {
  return Number(new URL(url).port);
}

function toTable(results: readonly Result[]) {
  const rows = LOADS.flatMap((connections) => {
    const of = (name: Name) =>
      results.filter((result) => result.name === name && result.connections === connections);
    const [glances, mine] = [of("Glance"), of("imagetags")];
    const ratios = mine.map(({ perSecond }, round) => perSecond / (glances[round]?.perSecond ?? NaN));
    return [glances, mine].map((group, index) => [
      String(connections),
      index === 0 ? "Glance" : "imagetags",
      median(group.map(({ perSecond }) => perSecond)).toFixed(0),
      median(group.map(({ p50 }) => p50)).toFixed(1),
      median(group.map(({ p99 }) => p99)).toFixed(1),
      index === 0 ? "1.0" : median(ratios).toFixed(1),
    ]);
  });
  return alignColumns([["connections", "server", "per second", "p50 ms", "p99 ms", "to Glance"], ...rows], 1);
}

await runCommand(async (args) => {
  const values = parseOptions(args, {
    rounds: { type: "string", default: "3" },
    short: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const missing = NEEDED.filter((pattern) => globSync(pattern).length === 0);
  if (missing.length > 0) {
    process.stdout.write(`Glance is not measured: ${missing.join(", ")} is not there.\n`);
    return;
  }
  const rounds = values.short ? 1 : wholeNumber("--rounds", values.rounds, 100);
  const size = values.short ? SHORT : LONG;
  const results = await withCleanup((stack) => measure(rounds, size, stack));
  process.stdout.write(
    `Removals of a tag on one MariaDB database, callers known by Keystone, ${WORKERS} workers each, ` +
      `${size.tagsPerImage} tags to an image; Node.js ${process.version}, ${availableParallelism()} CPUs\n` +
      `${rounds === 1 ? "One round" : `Medians of ${rounds} rounds`}\n\n${toTable(results)}\n` +
      (values.short ? `\n${TOO_SHORT}` : ""),
  );
});
