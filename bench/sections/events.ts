import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { newToken } from "../lib/contestants.ts";
import { DATABASES, migrate, serverOn } from "../lib/database-contestants.ts";
import { removalsOf } from "../lib/requests.ts";
import { Seeder } from "../lib/seed.ts";
import { sendAll } from "../lib/send-all.ts";
import type { Figure, Section } from "../lib/section.ts";
import { median } from "../lib/statistics.ts";

/** Leaves a database without the table of events. */
const DROP = fileURLToPath(new URL("../../apps/server/src/testing/programs/drop-events.ts", import.meta.url));

const CONNECTIONS = [1, 32];

/** What a removal may cost with its event of what it costs without. What is to be sent besides is for the reader alone. */
const MOST = 1.25;

/** Brokers that are away: what is measured is what a removal leaves for them. */
const AWAY = "rabbit://127.0.0.1:1";

/** Where the databases of a kind are made. */
interface Place {
  readonly name: string;
  readonly makeDatabase: (name: string) => Promise<string>;
}

/** What removals cost: the time of each, and the CPU time of the server for each, in milliseconds. */
interface Cost {
  readonly time: number;
  readonly cpu: number;
}

export const events: Section = {
  name: "events",
  summary: "a removal with its event, and with one that is to be sent, to one without, on each database",
  async run({ short, rounds }, stack) {
    const folder = stack.use(temporaryFolder("bench"));
    const places: Place[] = [
      { name: "SQLite", makeDatabase: async (name) => `sqlite:${folder.at(`${name}.db`)}` },
    ];
    for (const { name, isInstalled, start } of DATABASES) {
      if (!isInstalled) continue;
      const instance = stack.use(await start());
      const makeDatabase = async (database: string) => {
        await instance.createDatabase(database);
        await migrate(instance.url(database));
        return instance.url(database);
      };
      places.push({ name, makeDatabase });
    }
    const found = [];
    for (const place of places) found.push(...(await measurePlace(place, { short, rounds }, stack)));
    return { figures: found.flatMap(figuresOf), data: found };
  },
};

/** What a removal writes of what it did. */
const WAYS = ["plain", "recording", "announcing"] as const;

type Way = (typeof WAYS)[number];

/** Measures servers of each way in turn, round after round. */
async function measurePlace(
  { name, makeDatabase }: Place,
  { short, rounds }: { short: boolean; rounds: number },
  stack: AsyncDisposableStack,
) {
  const token = newToken();
  const servers: { way: Way; pid: number; port: number; seeder: Seeder }[] = [];
  for (const way of WAYS) {
    const url = await makeDatabase(way);
    if (way === "plain") await runToEnd(process.execPath, [DROP, url]);
    const options = serverOn(token, url, 1);
    const settings = { ...options.settings, ...(way === "announcing" ? { IMAGETAGS_NOTIFY_URL: AWAY } : {}) };
    const { port, pid } = stack.use(await startServer({ ...options, settings }));
    servers.push({ way, pid, port, seeder: new Seeder(port, token) });
  }
  const found = CONNECTIONS.flatMap((connections) =>
    (["recording", "announcing"] as const).map((way) => ({ name, connections, way, ratios: [] as Cost[] })),
  );
  // The first round warms up and is not kept.
  for (let round = 0; round <= rounds; round += 1) {
    for (const connections of CONNECTIONS) {
      const count = short ? 200 : connections === 1 ? 1_000 : 6_000;
      const costs = new Map<Way, Cost>();
      for (const { way, pid, port, seeder } of round % 2 === 0 ? servers : servers.toReversed()) {
        const images = await seeder.makeTags(count);
        const before = cpuMilliseconds(pid);
        const { done, seconds } = await sendAll(port, removalsOf(images, token), connections);
        costs.set(way, { time: (seconds * 1_000) / done, cpu: (cpuMilliseconds(pid) - before) / done });
      }
      const plain = costs.get("plain");
      for (const { way, ratios } of found.filter((one) => one.connections === connections)) {
        const cost = costs.get(way);
        if (round === 0 || cost === undefined || plain === undefined) continue;
        ratios.push({ time: cost.time / plain.time, cpu: cost.cpu / plain.cpu });
      }
    }
  }
  return found;
}

function figuresOf({
  name,
  connections,
  way,
  ratios,
}: Awaited<ReturnType<typeof measurePlace>>[number]): Figure[] {
  const over = `${connections} ${connections === 1 ? "connection" : "connections"}`;
  const whose = way === "recording" ? "its event" : "an event to be sent";
  const figure = (what: string, of: keyof Cost): Figure => ({
    name: `${what} of a removal with ${whose} on ${name}, ${over}`,
    measured: median(ratios.map((ratio) => ratio[of])),
    ...(way === "recording" ? { target: { atMost: MOST } } : {}),
  });
  return [figure("time", "time"), figure("CPU time", "cpu")];
}

/** The CPU time that a process has had; the kernel counts it in hundredths of a second. */
function cpuMilliseconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
