import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { GaleraCluster, GaleraNode } from "@imagetags/testing/databases/start-galera";
import { freePort } from "@imagetags/testing/free-port";
import { startProgram } from "@imagetags/testing/processes/program";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import type { Checks } from "../lib/checks.ts";
import { askAtOnce, makeImage, TOKENS } from "../lib/image-requests.ts";
import { startHealthCheck } from "../lib/start-health-check.ts";
import { untilDone } from "../lib/under-load.ts";
import { underLoad, writable, type Fault } from "./faults.ts";

/** After how long HAProxy closes what is idle, where that is tried. It must be less than the run takes. */
const IDLE = 2;

/** Tries faults of the node that HAProxy sends to, with a server that knows HAProxy alone. */
export async function behindHaproxy(cluster: GaleraCluster, checks: Checks): Promise<void> {
  await using haproxy = await startHaproxy(cluster.nodes);
  const [, password = ""] = /:([^@]*)@/.exec(cluster.url("images").slice("mysql://".length)) ?? [];
  const over = (port: number) =>
    startServer({
      settings: {
        IMAGETAGS_DATABASE_URL: `mysql://cloud:${password}@127.0.0.1:${port}/images`,
        IMAGETAGS_TAG_QUOTA: "-1",
        IMAGETAGS_LOG_LEVEL: "silent",
      },
      tokens: TOKENS,
    });
  await using server = await over(haproxy.port);
  const [active] = cluster.nodes;
  const scene = { cluster, urls: () => [server.url] };
  const faults: readonly [name: string, break_: () => unknown, mend: () => unknown][] = [
    ["kill -9 of the active node", () => active.kill(), () => active.start()],
    ["SIGSTOP of the active node", () => active.signal("SIGSTOP"), () => active.signal("SIGCONT")],
  ];
  for (const [name, breakIt, mend] of faults) {
    await checks.check(`behind HAProxy: ${name}, and its return`, async () => {
      const fault: Fault = {
        async break() {
          await breakIt();
          const gone = haproxy.activeIs((node) => node !== active);
          return Math.max(await gone, await writable(cluster.nodes[1]));
        },
        async mend() {
          await mend();
          await haproxy.activeIs((node) => node === active);
        },
      };
      console.log(`    ${await underLoad(scene, fault)}`);
    });
  }
  await checks.check("behind HAProxy: after its return every connection is on the active node", async () => {
    // A node that was stopped calls itself synced until it learns that the others went on without it, and
    // HAProxy goes over to it and back again once more.
    await untilDone(async () => {
      await haproxy.activeIs((node) => node === active);
      const others = await Promise.all(cluster.nodes.slice(1).map((node) => connections(node)));
      if (others.some((count) => count > 0)) throw new Error(`The others have ${others.join(" and ")}.`);
    });
  });
  await checks.check(
    "behind HAProxy: connections that it closed for being idle cost no failure",
    async () => {
      await using idle = await over(haproxy.idlePort);
      const image = await makeImage(idle.url, ["a"]);
      for (let round = 0; round < 3; round += 1) {
        const requests = Array.from({ length: 12 }, (_, index) => ({
          method: "PUT",
          path: `/${image}/tags/${index}`,
        }));
        const answers = await askAtOnce([idle.url], requests);
        const failed = answers.filter(({ status }) => status !== 204);
        if (failed.length > 0) throw new Error(`A change was answered ${failed[0]?.status}.`);
        await delay((IDLE + 0.5) * 1_000);
      }
    },
  );
}

async function connections(node: GaleraNode): Promise<number> {
  const [row] = await node.query(
    "SELECT count(*) FROM information_schema.processlist WHERE user = 'cloud' AND db IS NOT NULL",
  );
  return Number(row?.[0]);
}

/** Starts HAProxy before the nodes: the first is the active one, and the others stand by. */
async function startHaproxy(nodes: readonly GaleraNode[]) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder("haproxy"));
  const [port, idlePort] = [await freePort(), await freePort()];
  const members: string[] = [];
  for (const [index, node] of nodes.entries()) {
    const check = stack.use(await startHealthCheck(async () => (await node.state()) === "Synced"));
    const backup = index === 0 ? "" : " backup";
    members.push(
      `  server node${index + 1} ${node.host}:${node.port} check port ${check.port} addr 127.0.0.1${backup}`,
    );
  }
  const socket = folder.at("socket");
  const listen = (name: string, at: number, idle: string): string[] => [
    `listen ${name}`,
    `  bind 127.0.0.1:${at}`,
    "  option httpchk HEAD /",
    `  timeout client ${idle}`,
    `  timeout server ${idle}`,
    "  default-server inter 1s fall 2 rise 2 on-marked-down shutdown-sessions on-marked-up shutdown-backup-sessions",
    ...members,
  ];
  writeFileSync(
    folder.at("haproxy.cfg"),
    [
      "global",
      `  stats socket ${socket} mode 600`,
      "defaults",
      "  mode tcp",
      "  timeout connect 2s",
      "  timeout check 1s",
      ...listen("galera", port, "1m"),
      ...listen("idle", idlePort, `${IDLE}s`),
      "",
    ].join("\n"),
  );
  /** The node that HAProxy sends to: the first that is up. */
  const active = async (): Promise<GaleraNode | undefined> => {
    const stats = await runToEnd("socat", ["-", `UNIX-CONNECT:${socket}`], { input: "show stat\n" });
    const rows = stats.split("\n").map((line) => line.split(","));
    return nodes.find((_, index) =>
      rows.some(([proxy, name, ...rest]) => {
        return proxy === "galera" && name === `node${index + 1}` && rest[15]?.startsWith("UP") === true;
      }),
    );
  };
  stack.use(
    await startProgram(
      {
        name: "HAProxy",
        command: "haproxy",
        args: ["-f", folder.at("haproxy.cfg"), "-db"],
        folder: folder.path,
        log: folder.at("log"),
      },
      async () => (await active().catch(() => undefined)) === nodes[0],
    ),
  );
  const owned = stack.move();
  return {
    port,
    idlePort,
    /** Resolves when the active node is as asked, with when that was. */
    async activeIs(wanted: (node: GaleraNode | undefined) => boolean): Promise<number> {
      const deadline = performance.now() + 60_000;
      while (!wanted(await active())) {
        if (performance.now() > deadline) throw new Error("HAProxy did not go over to another node.");
        await delay(100);
      }
      return performance.now();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
