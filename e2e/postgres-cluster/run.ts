// Histories by several servers over a primary and two standbys, removals whose commit nobody confirms, and faults under
// load. Every answer is held to what lies in the tables of every node.
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  startPostgresCluster,
  type PostgresCluster,
} from "@imagetags/testing/databases/start-postgres-cluster";
import { launch } from "@imagetags/testing/processes/program";
import { runServer, startServer, type ServerProcess } from "@imagetags/testing/server/start-server";
import { createChecks } from "../lib/checks.ts";
import { TOKENS } from "../lib/image-requests.ts";
import { disturb, untilDone, type Disturbance, type Scene } from "../lib/under-load.ts";
import { behindPoolers } from "./behind-poolers.ts";
import { DATABASE, faultsOf } from "./primary-faults.ts";
import { tryUncertain, UNCERTAIN } from "./uncertain-commits.ts";

const HISTORY = fileURLToPath(new URL("../../packages/testing/src/history/main.ts", import.meta.url));

const { values } = parseArgs({ options: { seconds: { type: "string", default: "8" } } });
if (!/^[1-9]\d{0,4}$/.test(values.seconds))
  throw new Error("--seconds must be a whole number: how long histories run, and faults are tried again.");
const SECONDS = Number(values.seconds);
/** How often each fault is tried. */
const ROUNDS = Math.max(1, Math.floor(SECONDS / 60));

const checks = createChecks();
await checks.check("a primary and two standbys were started and stopped", async () => {
  await using cluster = await startPostgresCluster();
  const url = cluster.url(DATABASE);
  await cluster.primary().query(`CREATE DATABASE ${DATABASE}`);
  await migrate(url);
  await cluster.primary().query("CREATE TABLE watch (id serial PRIMARY KEY)", DATABASE);

  await checks.check("the doctor warns where a commit waits for no standby, and nowhere else", () =>
    tryDoctor(cluster, url),
  );
  await checks.check("histories by three servers are in one order", () => runHistories(url));
  const servers: ServerProcess[] = [];
  try {
    for (let count = 0; count < 2; count += 1) servers.push(await serverOver(url));
    const scene = sceneOf(cluster, () => servers.map((server) => server.url));
    for (const [name, what] of UNCERTAIN) {
      await checks.check(`a removal whose commit waits for standbys ${name}`, () =>
        tryUncertain(cluster, servers[0]?.url ?? "", what),
      );
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, fault] of faultsOf(cluster)) await checks.check(name, () => tell(scene, fault));
    }
    await checks.check("every server is restarted, one after the other", () =>
      tell(scene, restart(servers, url)),
    );
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
  await behindPoolers(cluster, checks, { serverOver, sceneOf });
});
process.exitCode = checks.finish();

async function migrate(url: string): Promise<void> {
  const { code, stderr } = await runServer(["migrate"], { IMAGETAGS_DATABASE_URL: url }, import.meta.dirname);
  if (code !== 0) throw new Error(`migrate ended with ${code}: ${stderr}`);
}

async function tryDoctor(cluster: PostgresCluster, url: string): Promise<void> {
  const settings = [
    ["ALTER DATABASE images SET synchronous_commit = 'local'", "synchronous_commit is local"],
    ["ALTER DATABASE images RESET synchronous_commit", undefined],
    [
      "ALTER SYSTEM SET synchronous_standby_names = ''; SELECT pg_reload_conf()",
      "synchronous_standby_names is empty",
    ],
  ] as const;
  for (const [statement, warning] of settings) {
    for (const one of statement.split(";")) await cluster.primary().query(one);
    const { code, stdout } = await runServer(
      ["doctor"],
      { IMAGETAGS_DATABASE_URL: url },
      import.meta.dirname,
    );
    const told = stdout.includes("lossy-commit");
    if (told !== (warning !== undefined) || code !== Number(told) || !stdout.includes(warning ?? ""))
      throw new Error(`After ${statement} the doctor ended with ${code}: ${stdout}`);
  }
  await cluster.primary().query("ALTER SYSTEM RESET synchronous_standby_names");
  await cluster.primary().query("SELECT pg_reload_conf()");
}

function serverOver(database: string): Promise<ServerProcess> {
  return startServer({
    settings: {
      IMAGETAGS_DATABASE_URL: database,
      IMAGETAGS_TAG_QUOTA: "-1",
      IMAGETAGS_LOG_LEVEL: "silent",
    },
    tokens: TOKENS,
  });
}

function sceneOf(cluster: PostgresCluster, urls: () => readonly string[]): Scene {
  return {
    urls,
    async liveTags(images) {
      const ids = images.map((id) => `'${id}'`).join(",");
      const statement = `SELECT image_id, value FROM image_tags WHERE NOT deleted AND image_id IN (${ids}) ORDER BY id`;
      const [[here = ""] = []] = await cluster.primary().query("SELECT pg_current_wal_lsn()");
      const rows = [await cluster.primary().query(statement, DATABASE)];
      for (const standby of cluster.standbys()) {
        const isThere = `SELECT 1 / (pg_last_wal_replay_lsn() >= '${here}')::int`;
        await untilDone(() => standby.query(isThere));
        rows.push(await standby.query(statement, DATABASE));
      }
      return rows;
    },
  };
}

async function runHistories(url: string): Promise<void> {
  const args = [HISTORY, "--seconds", String(SECONDS), "--servers", "3", "--database", url];
  const program = { name: "The histories", command: process.execPath, args, folder: import.meta.dirname };
  await using run = launch(program);
  const { code, stdout, stderr } = await run.ended((SECONDS + 120) * 1_000);
  if (code !== 0) throw new Error(`${stdout}${stderr}`);
  console.log(stdout.trim().replaceAll(/^/gm, "    "));
}

/** As behind a load balancer, which sends a server nothing more before it is stopped. */
function restart(servers: ServerProcess[], url: string): Disturbance {
  return {
    async break() {
      for (let count = servers.length; count > 0; count -= 1) {
        const server = servers.shift();
        await delay(100);
        await server?.stop();
        servers.push(await serverOver(url));
      }
      return performance.now();
    },
    mend: async () => undefined,
  };
}

async function tell(scene: Scene, fault: Disturbance): Promise<void> {
  console.log(`    ${await disturb(scene, fault)}`);
}
