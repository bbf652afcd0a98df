// Lets several servers loose on one database for a while and looks for an order of all they answered.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { startKnowing, MEMBER_TOKEN, type ServerProcess } from "../server/start-server.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { faultOf } from "./fault.ts";
import { runHistory } from "./run-history.ts";

const HELP = `Lets several servers loose on one database and looks for an order of all that they answered.

Usage: pnpm history [options]

  --database URL  what IMAGETAGS_DATABASE_URL takes (default: a new SQLite file); its images stay. Given again, servers
                  use them in turn, as the nodes of a cluster
  --seconds N     how long (default: 30)
  --folding       its tables are Glance's on MariaDB or MySQL, which take "Prod" and "prod" for equal
  --servers N     how many server processes (default: 2)
  --workers N     IMAGETAGS_WORKERS of each (default: 1)
  --callers N     how many ask at once (default: 12)
  --seed N        the first of the seeds, one for each round (default: at random)
`;

const QUOTA = 5;
const IMAGES = 2;
const LENGTH = 40;

const { values } = parseArgs({
  options: {
    database: { type: "string", multiple: true, default: [] },
    folding: { type: "boolean", default: false },
    seconds: { type: "string", default: "30" },
    servers: { type: "string", default: "2" },
    workers: { type: "string", default: "1" },
    callers: { type: "string", default: "12" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
    help: { type: "boolean", default: false },
  },
});

function numberOf(option: "seconds" | "servers" | "workers" | "callers" | "seed"): number {
  const text = values[option];
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${option} must be a whole number, not "${text}".`);
}

async function main(): Promise<number> {
  const firstSeed = numberOf("seed");
  const plan = {
    callers: numberOf("callers"),
    images: IMAGES,
    length: LENGTH,
    quota: QUOTA,
    folds: values.folding,
  };
  using folder = temporaryFolder();
  await using stack = new AsyncDisposableStack();
  const settings = {
    IMAGETAGS_TAG_QUOTA: String(QUOTA),
    IMAGETAGS_LOG_LEVEL: "error",
    IMAGETAGS_WORKERS: values.workers,
  };
  const processes: ServerProcess[] = [];
  for (let count = 0; count < numberOf("servers"); count += 1) {
    const database = values.database[count % values.database.length];
    const where = database === undefined ? {} : { IMAGETAGS_DATABASE_URL: database };
    processes.push(stack.use(await startKnowing(folder, { ...settings, ...where })));
  }
  const servers = processes.map(({ port }, index) => ({ name: `server ${index}`, port: () => port }));
  process.stdout.write("The servers answer.\n");
  const end = performance.now() + numberOf("seconds") * 1_000;
  const count = { rounds: 0, operations: 0, unknown: 0 };
  for (let seed = firstSeed; performance.now() < end; seed += 1) {
    const histories = await runHistory({ servers, tokens: [MEMBER_TOKEN], seed, ...plan });
    for (const history of histories) {
      const fault = faultOf(history, QUOTA);
      if (fault !== undefined) {
        process.stdout.write(`seed ${seed}, ${fault}`);
        return 1;
      }
      count.operations += history.recorded.length;
      count.unknown += history.recorded.filter(({ outcome }) => outcome === "unknown").length;
    }
    count.rounds += 1;
  }
  process.stdout.write(
    `${count.operations} operations on ${count.rounds * IMAGES} images, ${count.unknown} of unknown outcome, ` +
      `from ${values.callers} callers of ${values.servers} servers with ${values.workers} workers each; ` +
      `seeds ${firstSeed} to ${firstSeed + count.rounds - 1}; ${availableParallelism()} CPUs\n` +
      `Each image's history is in one order.\n`,
  );
  return 0;
}

if (values.help) process.stdout.write(HELP);
else process.exitCode = await main();
