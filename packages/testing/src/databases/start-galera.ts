import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { startProgram, type Running } from "../processes/program.ts";
import { runToEnd } from "../processes/run-to-end.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { cuttableNetwork, type CuttableNetwork } from "./cuttable-network.ts";

const PASSWORD = "galera-password";
/** What hands over a node's data does not write as root. */
const USER = process.getuid?.() === 0 ? "mysql" : userInfo().username;
const PROVIDER = "/usr/lib/galera/libgalera_smm.so";

/** A node of the cluster. */
export interface GaleraNode {
  readonly name: string;
  /** Where its clients reach it. */
  readonly host: string;
  readonly port: number;
  /** Rows, with each column as text. It asks the node by its socket, whatever its network is like. */
  readonly query: (statement: string, database?: string) => Promise<string[][]>;
  /** The comment on its state, as `Synced`, or why there is none. */
  readonly state: () => Promise<string>;
  /** Resolves when it is part of the cluster and has all that was committed. */
  readonly synced: () => Promise<void>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Ends it in order. */
  readonly stop: () => Promise<void>;
  /** Ends it as a crash would. */
  readonly kill: () => Promise<void>;
  /** Starts it again, and waits until it is synced. With `empty` all of its data comes from another node. */
  readonly start: (options?: { empty?: boolean }) => Promise<void>;
  /** Cuts it off from the other nodes, while its clients still reach it. Only where the cluster `canCut`. */
  readonly cut: () => Promise<void>;
  readonly heal: () => Promise<void>;
}

/** A cluster of three nodes of our own. */
export interface GaleraCluster {
  readonly nodes: readonly [GaleraNode, GaleraNode, GaleraNode];
  /** Whether nodes can be cut off, for which each needs a network of its own. */
  readonly canCut: boolean;
  /** The URL of a database by way of nodes, in their order. */
  readonly url: (database: string, nodes?: readonly GaleraNode[]) => string;
  readonly createDatabase: (name: string) => Promise<void>;
}

/** Where a node listens: for clients, the other nodes, and those that hand it over what it lacks. */
interface Place {
  readonly client: { readonly host: string; readonly port: number };
  readonly group: string;
  readonly increment: string;
  readonly state: string;
}

/**
 * Starts three nodes of MariaDB with Galera, with their data in a temporary folder. Root gets a network namespace
 * for each, and others free ports of 127.0.0.1.
 */
export async function startGalera(): Promise<GaleraCluster & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder("galera"));
  chmodSync(folder.path, 0o755);
  const network = await cuttableNetwork(3);
  if (network !== undefined) stack.use(network);
  const places: Place[] = [];
  for (let index = 0; index < 3; index += 1) places.push(await placeOf(index, network));
  const members = places.map(({ group }) => group).join(",");
  const install = (index: number): Promise<string> =>
    runToEnd("mariadb-install-db", [
      "--no-defaults",
      `--user=${USER}`,
      `--datadir=${folder.at(`node${index + 1}`, "data")}`,
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
    ]);
  const nodes = places.map((place, index) =>
    nodeOf(index, place, folder.at(`node${index + 1}`), members, network),
  );
  const [first, second, third] = nodes;
  if (first === undefined || second === undefined || third === undefined)
    throw new Error("A node is missing.");
  stack.defer(async () => {
    await Promise.all(nodes.map((node) => node.kill()));
  });
  for (const node of nodes) await node.makeFolders();
  await install(0);
  await first.launch("--wsrep-new-cluster");
  await first.query(`CREATE USER cloud@'%' IDENTIFIED BY '${PASSWORD}'; GRANT ALL ON *.* TO cloud@'%';`);
  await second.launch();
  await third.launch();
  const owned = stack.move();
  return {
    nodes: [first, second, third],
    canCut: network !== undefined,
    url(database, which = nodes) {
      const hosts = which.map(({ host, port }) => `${host}:${port}`).join(",");
      return `mysql://cloud:${PASSWORD}@${hosts}/${database}`;
    },
    async createDatabase(name) {
      await first.query(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function placeOf(index: number, network: CuttableNetwork | undefined): Promise<Place> {
  if (network !== undefined) {
    const { inside, outside } = network.members[index] ?? { inside: "", outside: "" };
    return {
      client: { host: outside, port: 3306 },
      group: `${inside}:4567`,
      increment: `${inside}:4568`,
      state: `${inside}:4444`,
    };
  }
  const local = async (): Promise<string> => `127.0.0.1:${await freePort()}`;
  const client = { host: "127.0.0.1", port: await freePort() };
  return { client, group: await local(), increment: await local(), state: await local() };
}

function nodeOf(
  index: number,
  place: Place,
  folder: string,
  members: string,
  network: CuttableNetwork | undefined,
) {
  const name = `node ${index + 1}`;
  const { host, port } = place.client;
  const data = join(folder, "data");
  const socket = join(folder, "socket");
  const settings = {
    user: USER,
    datadir: data,
    socket,
    port,
    "bind-address": host,
    "pid-file": join(folder, "pid"),
    tmpdir: folder,
    "skip-name-resolve": "ON",
    "max-connections": 500,
    "binlog-format": "ROW",
    "innodb-autoinc-lock-mode": 2,
    "innodb-buffer-pool-size": "128M",
    "innodb-flush-log-at-trx-commit": 1,
    "wsrep-on": "ON",
    "wsrep-provider": PROVIDER,
    "wsrep-cluster-name": "imagetags",
    "wsrep-cluster-address": `gcomm://${members}`,
    "wsrep-provider-options": `gmcast.listen_addr=tcp://${place.group};ist.recv_addr=${place.increment};gcache.size=64M`,
    "wsrep-node-name": `node${index + 1}`,
    "wsrep-node-address": place.group,
    "wsrep-node-incoming-address": `${host}:${port}`,
    "wsrep-sst-receive-address": place.state,
    "wsrep-sst-method": "rsync",
    "wsrep-slave-threads": 4,
  };
  const makeFolders = async (): Promise<void> => {
    mkdirSync(data, { recursive: true });
    if (USER !== userInfo().username) await runToEnd("chown", ["-R", `${USER}:`, folder]);
  };
  // What hands over a node's state reads a file of options, and no options of a command.
  const file = join(folder, "my.cnf");
  mkdirSync(folder);
  const lines = Object.entries(settings).map(([option, value]) => `${option} = ${value}`);
  writeFileSync(file, ["[mariadbd]", ...lines, ""].join("\n"));
  const query: GaleraNode["query"] = async (statement, database) => {
    const args = [
      "--no-defaults",
      `--socket=${socket}`,
      "--user=root",
      "--batch",
      "--raw",
      "--skip-column-names",
    ];
    const printed = await runToEnd("mariadb", [...args, ...(database === undefined ? [] : [database])], {
      input: statement,
      limit: 30_000,
    });
    return printed
      .split("\n")
      .slice(0, -1)
      .map((row) => row.split("\t"));
  };
  const state: GaleraNode["state"] = () =>
    query("SHOW STATUS LIKE 'wsrep_local_state_comment'").then(
      ([row]) => row?.[1] ?? "unknown",
      (error: unknown) => String(error),
    );
  let running: Running | undefined;
  const launch = async (...more: string[]): Promise<void> => {
    const [command = "", ...args] = [
      ...(network?.enter(index) ?? []),
      "mariadbd",
      `--defaults-file=${file}`,
      ...more,
    ];
    const program = { name, command, args, log: join(folder, "log"), folder };
    running = await startProgram(program, async () => (await state()) === "Synced", 100);
  };
  return {
    name,
    host,
    port,
    query,
    state,
    launch,
    makeFolders,
    async synced() {
      const deadline = performance.now() + 60_000;
      while ((await state()) !== "Synced") {
        if (performance.now() > deadline) throw new Error(`${name} is ${await state()} after a minute.`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    signal: (signal: NodeJS.Signals) => running?.signal(signal),
    stop: async () => await running?.stop(),
    kill: async () => await running?.kill(),
    async start({ empty = false } = {}) {
      if (empty) {
        rmSync(data, { recursive: true });
        await makeFolders();
      }
      await launch();
    },
    async cut() {
      await network?.cut(index);
    },
    async heal() {
      await network?.heal(index);
    },
  };
}
