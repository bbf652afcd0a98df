import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { PostgresCluster, PostgresNode } from "@imagetags/testing/databases/start-postgres-cluster";
import { freePort } from "@imagetags/testing/free-port";
import { startProgram } from "@imagetags/testing/processes/program";
import { askPsql, findPostgresPrograms } from "@imagetags/testing/databases/postgres-programs";
import type { ServerProcess } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import type { Checks } from "../lib/checks.ts";
import { startHealthCheck } from "../lib/start-health-check.ts";
import { disturb, type Scene } from "../lib/under-load.ts";
import { DATABASE, lost } from "./primary-faults.ts";
import { tryUncertain, UNCERTAIN } from "./uncertain-commits.ts";

/** After how long with no other answer HAProxy knows all nodes, in milliseconds. */
const SETTLED = 3_000;

interface Means {
  readonly serverOver: (database: string) => Promise<ServerProcess>;
  readonly sceneOf: (cluster: PostgresCluster, urls: () => readonly string[]) => Scene;
}

/** Tries faults with a server that knows the primary by a load balancer or a pooler alone. */
export async function behindPoolers(
  cluster: PostgresCluster,
  checks: Checks,
  { serverOver, sceneOf }: Means,
): Promise<void> {
  await using haproxy = await startHaproxy(cluster);
  await using pgbouncer = await startPgbouncer(haproxy.port);
  for (const [name, port] of [
    ["HAProxy", haproxy.port],
    ["PgBouncer in session mode, before HAProxy", pgbouncer.port],
  ] as const) {
    await checks.check(`behind ${name}: a server was started and stopped`, async () => {
      await using server = await serverOver(cluster.url(DATABASE, port));
      const scene = sceneOf(cluster, () => [server.url]);
      await checks.check(`behind ${name}: kill -9 of the primary, and a standby is promoted`, async () => {
        console.log(`    ${await disturb(scene, throughTo(cluster, port))}`);
      });
      for (const [what, tried] of [...UNCERTAIN].slice(0, 2)) {
        await checks.check(`behind ${name}: a removal whose commit waits for standbys ${what}`, () =>
          tryUncertain(cluster, server.url, tried),
        );
      }
    });
  }
}

/** The loss of the primary, over when the port leads to another. */
function throughTo(cluster: PostgresCluster, port: number): ReturnType<typeof lost> {
  const fault = lost(cluster, (primary) => primary.kill());
  return {
    ...fault,
    async break() {
      const promoted = await fault.break();
      const deadline = performance.now() + 60_000;
      while (performance.now() < deadline) {
        const isBack = askPsql(port, "INSERT INTO watch DEFAULT VALUES", DATABASE);
        if (
          await isBack.then(
            () => true,
            () => false,
          )
        )
          return performance.now();
        await delay(50);
      }
      throw new Error(`The port led to no primary a minute after ${promoted}.`);
    },
  };
}

/** Starts HAProxy before the nodes, which asks each by HTTP whether it is the primary, as of Patroni. */
async function startHaproxy({ nodes }: PostgresCluster) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder("haproxy"));
  const port = await freePort();
  const members: string[] = [];
  for (const node of nodes) {
    const check = stack.use(await startHealthCheck(() => takesWrites(node)));
    members.push(`  server ${node.name} 127.0.0.1:${node.port} check port ${check.port}`);
  }
  writeFileSync(
    folder.at("haproxy.cfg"),
    [
      "defaults",
      "  mode tcp",
      "  timeout connect 2s",
      "  timeout check 1s",
      "  timeout client 30m",
      "  timeout server 30m",
      "listen postgres",
      `  bind 127.0.0.1:${port}`,
      "  option httpchk HEAD /primary",
      "  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions",
      ...members,
      "",
    ].join("\n"),
  );
  const args = ["-f", folder.at("haproxy.cfg"), "-db"];
  const program = { name: "HAProxy", command: "haproxy", args, folder: folder.path, log: folder.at("log") };
  // It takes every node for the primary until it has asked.
  let since = Infinity;
  stack.use(
    await startProgram(program, async () => {
      const isPrimary = await askPsql(port, "INSERT INTO watch DEFAULT VALUES", DATABASE).then(
        () => true,
        () => false,
      );
      since = isPrimary ? Math.min(since, performance.now()) : Infinity;
      return performance.now() - since > SETTLED;
    }),
  );
  const owned = stack.move();
  return { port, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Starts PgBouncer before a port. A connection stays with its client for as long as that is there. */
async function startPgbouncer(before: number) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder("pgbouncer"));
  const port = await freePort();
  const programs = await findPostgresPrograms();
  programs.own(folder.path);
  writeFileSync(folder.at("users"), '"cloud" ""\n');
  writeFileSync(
    folder.at("pgbouncer.ini"),
    [
      "[databases]",
      `* = host=127.0.0.1 port=${before}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      "auth_type = trust",
      `auth_file = ${folder.at("users")}`,
      "pool_mode = session",
      "default_pool_size = 40",
      "server_login_retry = 1",
      "server_connect_timeout = 2",
      "",
    ].join("\n"),
  );
  const [command, args] = programs.as("/usr/sbin/pgbouncer", folder.at("pgbouncer.ini"));
  const program = { name: "PgBouncer", command, args, folder: folder.path };
  stack.use(await startProgram(program, () => leadsTo(port)));
  const owned = stack.move();
  return { port, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function leadsTo(port: number): Promise<boolean> {
  return askPsql(port, "SELECT 1", DATABASE).then(
    () => true,
    () => false,
  );
}

async function takesWrites(node: PostgresNode): Promise<boolean> {
  const [row] = await node.query("SELECT pg_is_in_recovery()");
  return row?.[0] === "f";
}
