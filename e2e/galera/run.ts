// Races and histories by servers on all nodes of a Galera cluster, then faults under load. Every answer is held to what
// lies in the tables of every node.
import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startGalera, type GaleraCluster } from "@imagetags/testing/databases/start-galera";
import { launch } from "@imagetags/testing/processes/program";
import { runServer, startServer, type ServerProcess } from "@imagetags/testing/server/start-server";
import { createChecks } from "../lib/checks.ts";
import { TOKENS } from "../lib/image-requests.ts";
import { CUT_OFF, FAULTS, underLoad } from "./faults.ts";
import { behindHaproxy } from "./behind-haproxy.ts";
import { QUOTA, RACES, type Race, type RaceTrack } from "./races.ts";

const DATABASE = "images";
const HISTORY = fileURLToPath(new URL("../../packages/testing/src/history/main.ts", import.meta.url));

const { values } = parseArgs({ options: { seconds: { type: "string", default: "4" } } });
if (!/^[1-9]\d{0,4}$/.test(values.seconds))
  throw new Error("--seconds must be a whole number: how long each race runs.");
const SECONDS = Number(values.seconds);

const checks = createChecks();
await checks.check("a cluster of three nodes was started and stopped", async () => {
  await using cluster = await startGalera();
  const [first] = cluster.nodes;
  await cluster.createDatabase(DATABASE);
  await migrateOnAll(cluster.nodes.map((node) => cluster.url(DATABASE, [node])));
  await first.query("CREATE TABLE watch (id int AUTO_INCREMENT PRIMARY KEY) ENGINE = InnoDB", DATABASE);

  const each = cluster.nodes.map((node) => cluster.url(DATABASE, [node]));
  await withServers(each, QUOTA, async (servers) => {
    const track: RaceTrack = {
      urls: servers.map(({ url }) => url),
      query: (statement) => first.query(`SET SESSION wsrep_sync_wait = 7; ${statement}`, DATABASE),
    };
    for (const [name, race] of RACES) await checks.check(name, () => runRace(race, track));
  });
  await checks.check("histories by servers on all nodes are in one order", () => runHistories(each));

  const all = cluster.url(DATABASE);
  await withServers([all, all], -1, async (servers) => {
    const scene = { cluster, urls: () => servers.map(({ url }) => url) };
    for (const [name, fault] of FAULTS) {
      if (name === CUT_OFF && !cluster.canCut) console.log(`skipped - ${name}: it needs network namespaces`);
      else await checks.check(name, () => tell(underLoad(scene, fault)));
    }
    await checks.check("every server is restarted, one after the other", () =>
      tell(restartServers(cluster, servers)),
    );
  });
  await checks.check("behind HAProxy", () => behindHaproxy(cluster, checks));
});
process.exitCode = checks.finish();

/** As deployments do: on every node at once. */
async function migrateOnAll(urls: readonly string[]): Promise<void> {
  const ended = await Promise.all(
    urls.map((url) => runServer(["migrate"], { IMAGETAGS_DATABASE_URL: url }, import.meta.dirname)),
  );
  for (const { code, stderr } of ended)
    if (code !== 0) throw new Error(`migrate ended with ${code}: ${stderr}`);
}

async function withServers(
  urls: readonly string[],
  quota: number,
  work: (servers: ServerProcess[]) => Promise<void>,
): Promise<void> {
  const servers: ServerProcess[] = [];
  try {
    for (const url of urls) servers.push(await serverOver(url, quota));
    await work(servers);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

function serverOver(database: string, quota: number): Promise<ServerProcess> {
  return startServer({
    settings: {
      IMAGETAGS_DATABASE_URL: database,
      IMAGETAGS_TAG_QUOTA: String(quota),
      IMAGETAGS_LOG_LEVEL: "silent",
    },
    tokens: TOKENS,
  });
}

/** Runs a race again and again, and prints how often and what was answered. */
async function runRace(race: Race, track: RaceTrack): Promise<void> {
  const statuses = new Map<number, number>();
  const end = performance.now() + SECONDS * 1_000;
  let rounds = 0;
  while (performance.now() < end) {
    for (const { status } of await race(track)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    rounds += 1;
  }
  const answers = [...statuses].toSorted(([one], [other]) => one - other);
  console.log(`    ${rounds} rounds: ${answers.map(([status, count]) => `${count} x ${status}`).join(", ")}`);
}

async function runHistories(urls: readonly string[]): Promise<void> {
  const databases = urls.flatMap((url) => ["--database", url]);
  const args = [HISTORY, "--seconds", String(2 * SECONDS), "--servers", String(urls.length), ...databases];
  const program = { name: "The histories", command: process.execPath, args, folder: import.meta.dirname };
  await using run = launch(program);
  const { code, stdout, stderr } = await run.ended((2 * SECONDS + 120) * 1_000);
  if (code !== 0) throw new Error(`${stdout}${stderr}`);
  console.log(stdout.trim().replaceAll(/^/gm, "    "));
}

/** As behind a load balancer, which sends a server nothing more before it is stopped. */
function restartServers(cluster: GaleraCluster, servers: ServerProcess[]): Promise<string> {
  const scene = { cluster, urls: () => servers.map(({ url }) => url) };
  const restart = async (): Promise<number> => {
    for (let count = servers.length; count > 0; count -= 1) {
      const server = servers.shift();
      await delay(100);
      await server?.stop();
      servers.push(await serverOver(cluster.url(DATABASE), -1));
    }
    return performance.now();
  };
  return underLoad(scene, { break: restart, mend: async () => undefined });
}

async function tell(figures: Promise<string>): Promise<void> {
  console.log(`    ${await figures}`);
}
