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

/** What a removal may cost with its event of what it costs without. */
const MOST = 1.25;

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
  summary: "a removal with its event to one without, on each database",
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

/** Measures servers with and without events in turn, round after round. */
async function measurePlace(
  { name, makeDatabase }: Place,
  { short, rounds }: { short: boolean; rounds: number },
  stack: AsyncDisposableStack,
) {
  const token = newToken();
  const [recording, plain] = [await makeDatabase("recording"), await makeDatabase("plain")];
  await runToEnd(process.execPath, [DROP, plain]);
  const servers = [];
  for (const url of [recording, plain]) {
    const { port, pid } = stack.use(await startServer(serverOn(token, url, 1)));
    servers.push({ pid, port, seeder: new Seeder(port, token) });
  }
  const found = CONNECTIONS.map((connections) => ({ name, connections, ratios: [] as Cost[] }));
  // The first round warms up and is not kept.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { connections, ratios } of found) {
      const count = short ? 200 : connections === 1 ? 1_000 : 6_000;
      const costs: Cost[] = [];
      for (const { pid, port, seeder } of round % 2 === 0 ? servers : servers.toReversed()) {
        const images = await seeder.makeTags(count);
        const before = cpuMilliseconds(pid);
        const { done, seconds } = await sendAll(port, removalsOf(images, token), connections);
        costs.push({ time: (seconds * 1_000) / done, cpu: (cpuMilliseconds(pid) - before) / done });
      }
      const [first, second] = costs;
      const [recorded, without] = round % 2 === 0 ? [first, second] : [second, first];
      if (round === 0 || recorded === undefined || without === undefined) continue;
      ratios.push({ time: recorded.time / without.time, cpu: recorded.cpu / without.cpu });
    }
  }
  return found;
}

function figuresOf({
  name,
  connections,
  ratios,
}: Awaited<ReturnType<typeof measurePlace>>[number]): Figure[] {
  const over = `${connections} ${connections === 1 ? "connection" : "connections"}`;
  const figure = (what: string, of: keyof Cost) => ({
    name: `${what} of a removal with its event on ${name}, ${over}`,
    measured: median(ratios.map((ratio) => ratio[of])),
    target: { atMost: MOST },
  });
  return [figure("time", "time"), figure("CPU time", "cpu")];
}

/** The CPU time that a process has had; the kernel counts it in hundredths of a second. */
function cpuMilliseconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
