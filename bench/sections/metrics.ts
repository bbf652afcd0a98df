import { startServer } from "@imagetags/testing/server/start-server";
import { newToken, ourServer } from "../lib/contestants.ts";
import { freePort } from "@imagetags/testing/free-port";
import { threadSeconds } from "../lib/process-facts.ts";
import { removalsOf } from "../lib/requests.ts";
import { Seeder } from "../lib/seed.ts";
import { sendAll } from "../lib/send-all.ts";
import type { Figure, Section } from "../lib/section.ts";
import { median } from "../lib/statistics.ts";

const CONNECTIONS = [1, 32];
/** What a removal may cost that is measured of what it costs else. */
const MOST = 1.03;
/** The removals of a turn, and the turns of a round: many short ones, since whatever else runs falls on both alike then. */
const REMOVALS = 2_000;
const FEW = 200;
const TURNS = 6;

/** Of one server and one round: the time and the CPU time of a removal, in milliseconds. */
interface Cost {
  readonly time: number;
  readonly cpu: number;
}

export const metrics: Section = {
  name: "metrics",
  summary: "a removal that is measured, beside one that is not, and what it takes to read the figures",
  async run({ short, rounds }, stack) {
    const token = newToken();
    const listen = `127.0.0.1:${await freePort()}`;
    const start = async (isMeasured: boolean) => {
      const options = ourServer(token, isMeasured ? { IMAGETAGS_METRICS_LISTEN: listen } : {});
      const { pid, port } = stack.use(await startServer(options));
      return { isMeasured, pid, port, seeder: new Seeder(port, token) };
    };
    const servers = [await start(false), await start(true)];
    const scrapes: number[] = [];
    const found = CONNECTIONS.map((connections) => ({
      connections,
      off: [] as Cost[],
      on: [] as Cost[],
    }));
    // The first round warms up and is not kept.
    for (let turn = 0; turn < (rounds + 1) * TURNS; turn += 1) {
      for (const { connections, off, on } of found) {
        for (const { isMeasured, pid, port, seeder } of turn % 2 === 0 ? servers : servers.toReversed()) {
          const images = await seeder.makeTags(short ? FEW : REMOVALS);
          const before = threadSeconds(pid);
          const { done, seconds } = await sendAll(port, removalsOf(images, token), connections);
          const cost = {
            time: (seconds * 1_000) / done,
            cpu: ((threadSeconds(pid) - before) * 1_000) / done,
          };
          if (turn >= TURNS) (isMeasured ? on : off).push(cost);
        }
      }
      scrapes.push(await timeScrape(`http://${listen}/metrics`));
    }
    const scrape = "reading the figures of one process";
    return {
      figures: [
        ...found.flatMap(figuresOf),
        { name: scrape, measured: median(scrapes), target: { atMost: 50 }, unit: "ms" },
      ],
      data: found,
    };
  },
};

/** Medians are compared, since a round of the one says nothing of the same round of the other on a busy machine. */
function figuresOf({
  connections,
  off,
  on,
}: {
  readonly connections: number;
  readonly off: readonly Cost[];
  readonly on: readonly Cost[];
}): Figure[] {
  const over = `${connections} ${connections === 1 ? "connection" : "connections"}`;
  const ratio = (of: keyof Cost): number =>
    median(on.map((cost) => cost[of])) / median(off.map((cost) => cost[of]));
  return [
    {
      name: `CPU time of a removal that is measured, ${over}`,
      measured: ratio("cpu"),
      target: { atMost: MOST },
    },
    {
      name: `time of a removal that is measured, ${over}`,
      measured: ratio("time"),
      target: { atMost: MOST },
    },
  ];
}

async function timeScrape(url: string): Promise<number> {
  const began = performance.now();
  const reply = await fetch(url);
  await reply.text();
  if (reply.status !== 200) throw new Error(`The figures were answered ${reply.status}.`);
  return performance.now() - began;
}
