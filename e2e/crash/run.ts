// Kills servers and databases under load, and holds every answer to what then lies in the tables.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createChecks } from "../lib/checks.ts";
import { startMariadb } from "@imagetags/testing/databases/start-mariadb";
import { startPostgres } from "@imagetags/testing/databases/start-postgres";
import { dumpOf } from "@imagetags/testing/databases/table-dump";
import { faultsInEvents } from "@imagetags/testing/history/event-faults";
import { startServer } from "@imagetags/testing/server/start-server";
import { undoAtExit } from "@imagetags/testing/processes/undo-at-exit";
import { killInChanges } from "./many-tags.ts";
import { judge, makeTargets, removeAll, type Target } from "../lib/removals.ts";

const MAIN = fileURLToPath(new URL("../../apps/server/bundle/imagetags-server.cjs", import.meta.url));
const HISTORY = fileURLToPath(new URL("../../packages/testing/src/history/main.ts", import.meta.url));
const TOKEN = "crash-token";
const TOKENS = [{ token: TOKEN, user_id: "crash", project_id: "crash", roles: ["member"] }];
const ROUNDS = 2;

interface Database {
  readonly url: (name: string) => string;
  readonly createDatabase: (name: string) => Promise<void>;
  readonly query: (statement: string, database?: string) => Promise<string[][]>;
  readonly start: () => Promise<void>;
  readonly kill: () => Promise<void>;
}

const DATABASES: readonly [
  name: string,
  start: () => Promise<Database & AsyncDisposable>,
  flag: (column: string) => string,
][] = [
  ["MariaDB", startMariadb, (column) => column],
  ["PostgreSQL", startPostgres, (column) => `${column}::int`],
];

/** One kill under removals. */
interface Trial {
  readonly database: Database;
  /** The rows of the table of tags: image, tag, and 0 for a live one. */
  readonly rows: () => Promise<string[][]>;
  /** The events of tags, oldest first: image, tag, and 1 for an addition. */
  readonly events: () => Promise<string[][]>;
  /** A number of its own, which tells its images from those of others. */
  readonly round: number;
}

const KILLED: readonly [what: string, kill: (trial: Trial) => Promise<void>][] = [
  ["the server", killServer],
  ["one of two workers", killWorker],
  ["the database", killDatabase],
];

const checks = createChecks();
for (const [name, start, flag] of DATABASES) {
  await checks.check(`${name} and servers over it were started and stopped`, async () => {
    await using database = await start();
    await database.createDatabase("crash");
    await promisify(execFile)(process.execPath, [MAIN, "migrate"], {
      env: { IMAGETAGS_DATABASE_URL: database.url("crash") },
    });
    const rows = () =>
      database.query(`SELECT image_id, value, ${flag("deleted")} FROM image_tags ORDER BY id`, "crash");
    const events = () =>
      database.query(`SELECT image_id, tag, ${flag("added")} FROM imagetags_events ORDER BY id`, "crash");
    await checks.check(`${name}: kill -9 of the database under a history that is looked for an order`, () =>
      killUnderHistory(database),
    );
    await checks.check(`${name}: kill -9 of the server in the midst of changes of 1,000 images`, () =>
      killInManyTags({ database, rows, events }),
    );
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const [index, [what, kill]] of KILLED.entries()) {
        await checks.check(`${name}: kill -9 of ${what}, round ${round}`, () =>
          kill({ database, rows, events, round: 10 * index + round }),
        );
      }
    }
  });
}
process.exitCode = checks.finish();

function serverOver(database: Database, workers: number = 1) {
  return startServer({
    settings: {
      IMAGETAGS_DATABASE_URL: database.url("crash"),
      IMAGETAGS_TAG_QUOTA: "-1",
      IMAGETAGS_LOG_LEVEL: "error",
      IMAGETAGS_WORKERS: String(workers),
    },
    tokens: TOKENS,
  });
}

async function killInManyTags({ database, rows, events }: Omit<Trial, "round">) {
  const start = () => serverOver(database);
  const { whole, none, unanswered } = await killInChanges({ start, token: TOKEN, rows });
  console.log(
    `    ${whole + none} kills in changes of 1,000 images, ${unanswered} of them before the answer: ` +
      `${whole} changes are whole, ${none} left no trace`,
  );
  checkEvents(await rows(), await events());
}

async function killServer(trial: Trial) {
  await using stack = new AsyncDisposableStack();
  let server = stack.use(await serverOver(trial.database));
  await removeMeanwhile(
    trial,
    () => server.url,
    async () => {
      await server.kill();
      server = stack.use(await serverOver(trial.database));
    },
  );
}

async function killWorker(trial: Trial) {
  await using server = await serverOver(trial.database, 2);
  await removeMeanwhile(
    trial,
    () => server.url,
    async () => {
      const [worker] = childrenOf(server.pid);
      if (worker === undefined) throw new Error("There is no worker.");
      process.kill(worker, "SIGKILL");
      while (!server.stdout().includes("another takes its place")) await delay(10);
    },
  );
  while (childrenOf(server.pid).length < 2) await delay(10);
}

async function killDatabase(trial: Trial) {
  await using server = await serverOver(trial.database);
  await removeMeanwhile(
    trial,
    () => server.url,
    async () => {
      await killAndStart(trial.database);
      const start = performance.now();
      while ((await fetch(`${server.url}/healthcheck`)).status !== 200) {
        if (performance.now() - start > 10_000)
          throw new Error("The server does not find the database again.");
        await delay(10);
      }
    },
  );
}

/** Removes tags while something is killed, and holds every answer to the tables. */
async function removeMeanwhile({ rows, events, round }: Trial, url: () => string, kill: () => Promise<void>) {
  const targets = await makeTargets(url(), TOKEN, round);
  await removeAll(targets, url, TOKEN, kill);
  report(targets, await rows());
  checkEvents(await rows(), await events());
}

async function killAndStart(database: Database) {
  await database.kill();
  await delay(300);
  await database.start();
}

async function killUnderHistory(database: Database) {
  const args = [HISTORY, "--seconds", "8", "--database", database.url("crash")];
  const history = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const forget = undoAtExit(() => history.kill("SIGKILL"));
  let printed = "";
  for (const stream of [history.stdout, history.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (printed += text));
  }
  const ended = once(history, "close");
  while (!printed.includes("The servers answer.") && history.exitCode === null) await delay(10);
  await delay(1_000 + Math.random() * 1_000);
  await killAndStart(database);
  const [code] = await ended;
  forget();
  if (code !== 0) throw new Error(printed);
  console.log(printed.trimEnd().replaceAll(/^/gm, "    "));
}

function report(targets: readonly Target[], rows: string[][]) {
  const ids = new Set(targets.map(({ imageId }) => imageId));
  const { removed, removedUnheard, unknown } = judge(
    targets,
    rows.filter(([imageId = ""]) => ids.has(imageId)),
  );
  console.log(
    `    ${removed} removals answered 204, all true; ${unknown} tries without an answer or answered 503, ` +
      `${removedUnheard} of them done (the next try was 404); ` +
      `${targets.filter(({ spared }) => spared).length} tags not asked for, all there`,
  );
}

/** There is one event for each change that the tables hold, those of the histories before included, and none besides. */
function checkEvents(rows: string[][], events: string[][]) {
  const tags = rows.map(([image_id, value, deleted], id) => ({ id, image_id, value, deleted }));
  const told = events.map(([imageId = "", tag = "", added]) => ({
    imageId,
    tag,
    action: added === "1" ? ("added" as const) : ("removed" as const),
  }));
  const faults = faultsInEvents(dumpOf(new Map([["image_tags", tags]])), told);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  console.log(`    ${told.length} events, one for each change in the tables`);
}

function childrenOf(pid: number) {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.trim().split(" ").filter(Boolean).map(Number);
}
