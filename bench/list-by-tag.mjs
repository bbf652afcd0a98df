// How long a list by tag takes over many images, beside the same over few.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startServer } from "./lib/child-server.mjs";
import { newToken, ourServer } from "./lib/contestants.mjs";
import { seedImages, TAGS, TAGS_PER_IMAGE } from "./lib/seed-images.mjs";
import { median } from "./lib/statistics.mjs";
import { alignColumns } from "./lib/table.mjs";
import { ListTimer } from "./lib/time-lists.mjs";
import { withCleanup } from "./lib/with-cleanup.mjs";

const HELP = `Measures a list of images by tag over 100,000 images beside the same list over 1,000.

Usage: node bench/list-by-tag.mjs [options]

  --rounds N    rounds; the table shows their medians (default: 5)
  --requests N  lists by each tag in a round (default: 40)
  --short       one round of few lists over few images: shows that the bench works, not how fast anything is
  -h, --help    print this text
`;

/** How many images a page has at most. */
const LIMIT = 100;

/**
 * @typedef {object} Plan
 * @property {[few: number, many: number]} sizes how many images there are
 * @property {number} rounds
 * @property {number} requests
 */

/**
 * Times every tag over both databases in turn, round after round, so that what else the machine does
 * falls on both. Returns the medians of the rounds, in milliseconds.
 * @param {Plan} plan
 * @param {AsyncDisposableStack} stack
 */
async function measure({ sizes, rounds, requests }, stack) {
  const folder = mkdtempSync(join(tmpdir(), "imagetags-bench-"));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const token = newToken();
  /** @type {{ images: number, timer: ListTimer }[]} */
  const contestants = [];
  for (const images of sizes) {
    const path = join(folder, `${images}.db`);
    await seedImages(path, images);
    const program = ourServer(folder, token);
    const env = { ...program.env, IMAGETAGS_DATABASE_URL: `sqlite:${path}` };
    const server = await startServer({ ...program, name: `${program.name}-${images}`, env }, folder, stack);
    stack.defer(server.stop);
    const timer = new ListTimer(server.port, token);
    stack.defer(() => timer.close());
    contestants.push({ images, timer });
  }
  const rows = TAGS.map(({ tag, bornBy, count }) => ({
    bornBy,
    query: `tag=${tag}&limit=${LIMIT}`,
    measures: contestants.map(({ images, timer }) => ({
      timer,
      listed: Math.min(LIMIT, count(images)),
      times: /** @type {number[]} */ ([]),
    })),
  }));
  // The first round warms up and is not kept.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { query, measures } of rows) {
      for (const { timer, listed, times } of measures) {
        const time = await timer.time(query, requests, listed);
        if (round > 0) times.push(time);
      }
    }
  }
  return rows.map(({ bornBy, measures }) => ({ bornBy, times: measures.map(({ times }) => median(times)) }));
}

/** @param {string[]} args */
function readPlan(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: "5" },
      requests: { type: "string", default: "40" },
      short: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  /** @type {Plan} */
  const plan = {
    sizes: [1_000, 100_000],
    rounds: number("rounds", values.rounds),
    requests: number("requests", values.requests),
  };
  return values.short
    ? { sizes: /** @type {[number, number]} */ ([1_000, 5_000]), rounds: 1, requests: 5 }
    : plan;
}

/**
 * @param {string} name
 * @param {string} text
 */
function number(name, text) {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw Object.assign(new Error(`--${name} must be a whole number from 1 to 9999, not "${text}".`), {
    code: "ERR_PARSE_ARGS",
  });
}

/**
 * @param {Plan} plan
 * @param {Awaited<ReturnType<typeof measure>>} rows
 */
function report({ sizes, rounds, requests }, rows) {
  const [few, many] = sizes.map((size) => size.toLocaleString("en"));
  const lines = rows.map(({ bornBy, times: [first = NaN, second = NaN] }) => [
    bornBy,
    first.toFixed(2),
    second.toFixed(2),
    (second / first).toFixed(2),
  ]);
  return (
    `GET /v2/images?tag=x&limit=${LIMIT}; Node.js ${process.version}, ${availableParallelism()} CPUs ` +
    `(${cpus()[0]?.model ?? "unknown"})\n` +
    `Images of ${TAGS_PER_IMAGE} tags each, newest first; median milliseconds of ${requests} lists in each of ` +
    `${rounds === 1 ? "one round" : `${rounds} rounds`}\n\n` +
    `${alignColumns([["tag borne by", `${few} images`, `${many} images`, "ratio"], ...lines], 0)}\n\n` +
    "Measured: the time from sending a request to reading its whole answer, over one connection that stays open.\n"
  );
}

try {
  const plan = readPlan(process.argv.slice(2));
  if (plan === undefined) process.stdout.write(HELP);
  else process.stdout.write(report(plan, await withCleanup((stack) => measure(plan, stack))));
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  const usage = error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  process.exitCode = usage ? 2 : 1;
}
