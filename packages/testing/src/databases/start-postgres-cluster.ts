import { appendFileSync, chmodSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../free-port.ts";
import { startProgram, type Running } from "../processes/program.ts";
import { runToEnd } from "../processes/run-to-end.ts";
import { undoAtExit } from "../processes/undo-at-exit.ts";
import { temporaryFolder, type TemporaryFolder } from "../temporary-folder.ts";
import {
  askPsql,
  backendsOf,
  findPostgresPrograms,
  signalAll,
  type PostgresPrograms,
} from "./postgres-programs.ts";

/** How long a node may take to become what it is to be, in milliseconds. */
const PATIENCE = 60_000;

/** An instance of the cluster, on a port of 127.0.0.1. */
export interface PostgresNode {
  readonly name: string;
  readonly port: number;
  /** Rows, with each column as text. */
  readonly query: (statement: string, database?: string) => Promise<string[][]>;
  /** Signals it with all its processes, as a machine that stands still or dies. */
  readonly signal: (name: "SIGSTOP" | "SIGCONT") => void;
  readonly kill: () => Promise<void>;
  /** Ends it: `fast` in order, `immediate` without, so that it recovers when it is started. */
  readonly stop: (mode: "fast" | "immediate") => Promise<void>;
  readonly start: () => Promise<void>;
  /** Makes it a standby of another, with all of its data from there. */
  readonly rejoin: (primary: PostgresNode) => Promise<void>;
  /** Makes a standby follow another primary. */
  readonly follow: (primary: PostgresNode) => Promise<void>;
}

/** A primary and two standbys of our own. A commit waits for one of them. */
export interface PostgresCluster {
  readonly nodes: readonly [PostgresNode, PostgresNode, PostgresNode];
  /** The one that can be written to. */
  readonly primary: () => PostgresNode;
  readonly standbys: () => readonly PostgresNode[];
  /** The URL of a database with all nodes, or at one port. */
  readonly url: (database: string, port?: number) => string;
  /**
   * Makes that standby the primary which has received most, and has the others that run follow it. Only what every
   * quorum of standbys confirmed is surely there.
   */
  readonly failOver: (running: readonly PostgresNode[]) => Promise<PostgresNode>;
}

/** Starts a cluster with its data in a temporary folder. The system's own PostgreSQL is not touched. */
export async function startPostgresCluster(): Promise<PostgresCluster & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder("postgres-cluster"));
  chmodSync(folder.path, 0o755);
  const programs = await findPostgresPrograms();
  const make = async (name: string): Promise<Node> => {
    const node = new Node(name, await freePort(), folder, programs);
    stack.defer(() => node.kill());
    return node;
  };
  const nodes = [await make("node1"), await make("node2"), await make("node3")] as const;
  const [first, second, third] = nodes;
  await first.makeEmpty();
  await first.start();
  await second.rejoin(first);
  await third.rejoin(first);
  let primary: PostgresNode = first;
  const owned = stack.move();
  return {
    nodes,
    primary: () => primary,
    standbys: () => nodes.filter((node) => node !== primary),
    url(database, port) {
      const ports = port === undefined ? nodes.map((node) => node.port) : [port];
      const hosts = ports.map((one) => `127.0.0.1:${one}`).join(",");
      return `postgres://cloud@${hosts}/${database}?target_session_attrs=read-write`;
    },
    async failOver(running) {
      const received = "SELECT coalesce(pg_last_wal_receive_lsn(), '0/0') - '0/0'::pg_lsn";
      const places = await Promise.all(
        running.map(async (node) => ({ node, place: Number((await node.query(received))[0]?.[0]) })),
      );
      const [furthest, ...others] = places.toSorted((one, other) => other.place - one.place);
      if (furthest === undefined) throw new Error("No standby runs.");
      await furthest.node.query("SELECT pg_promote()");
      for (const { node } of others) await node.follow(furthest.node);
      primary = furthest.node;
      return primary;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

class Node implements PostgresNode {
  readonly name: string;
  readonly port: number;
  readonly #folder: TemporaryFolder;
  readonly #programs: PostgresPrograms;
  readonly #data: string;
  #running: Running | undefined;
  #forget: () => void = () => undefined;

  constructor(name: string, port: number, folder: TemporaryFolder, programs: PostgresPrograms) {
    this.name = name;
    this.port = port;
    this.#folder = folder;
    this.#programs = programs;
    this.#data = folder.at(name);
  }

  query(statement: string, database?: string): Promise<string[][]> {
    return askPsql(this.port, statement, database);
  }

  async makeEmpty(): Promise<void> {
    this.#emptyFolder();
    await this.#run(
      "initdb",
      `--pgdata=${this.#data}`,
      "--username=cloud",
      "--auth=trust",
      "--encoding=UTF8",
    );
    // Standbys get this file too. What the nodes do not share is told them when they start.
    appendFileSync(
      join(this.#data, "postgresql.conf"),
      "synchronous_standby_names = 'ANY 1 (node1, node2, node3)'\n",
    );
  }

  async start(): Promise<void> {
    const settings = {
      port: this.port,
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      // A standby names itself by this to its primary.
      cluster_name: this.name,
      max_connections: 200,
      shared_buffers: "32MB",
      wal_keep_size: "256MB",
      wal_retrieve_retry_interval: "200ms",
    };
    const [command, args] = this.#programs.line(
      "postgres",
      `-D${this.#data}`,
      ...Object.entries(settings).map(([name, value]) => `-c${name}=${value}`),
    );
    const log = this.#folder.at(`${this.name}.log`);
    this.#running = await startProgram({ name: this.name, command, args, log, folder: this.#data }, () =>
      this.query("SELECT 1").then(
        () => true,
        () => false,
      ),
    );
    this.#killAtExit(this.#running.pid);
  }

  /** Processes that stand still do not notice that the first one is gone. */
  #killAtExit(pid: number): void {
    this.#forget();
    this.#forget = undoAtExit(() => signalAll(backendsOf(pid), "SIGKILL"));
  }

  signal(name: NodeJS.Signals): void {
    const { pid } = this.#running ?? {};
    if (pid !== undefined) signalAll([pid, ...backendsOf(pid)], name);
  }

  async kill(): Promise<void> {
    const backends = backendsOf(this.#running?.pid ?? 0);
    await this.#running?.kill();
    signalAll(backends, "SIGKILL");
    this.#forget();
  }

  async stop(mode: "fast" | "immediate"): Promise<void> {
    await this.#run("pg_ctl", "stop", `--pgdata=${this.#data}`, `--mode=${mode}`, "--wait", "--silent");
    await this.#running?.ended();
  }

  async rejoin(primary: PostgresNode): Promise<void> {
    await this.kill();
    this.#emptyFolder();
    await this.#run(
      "pg_basebackup",
      `--pgdata=${this.#data}`,
      "--host=127.0.0.1",
      `--port=${primary.port}`,
      "--username=cloud",
      "--write-recovery-conf",
      "--checkpoint=fast",
      "--no-sync",
    );
    await this.start();
    await this.#streams(primary);
  }

  async follow(primary: PostgresNode): Promise<void> {
    const conninfo = `host=127.0.0.1 port=${primary.port} user=cloud`;
    await this.query(`ALTER SYSTEM SET primary_conninfo = '${conninfo}'`);
    await this.query("SELECT pg_reload_conf()");
    await this.#streams(primary);
  }

  async #streams(primary: PostgresNode): Promise<void> {
    const asked = `SELECT 1 FROM pg_stat_replication WHERE application_name = '${this.name}' AND state = 'streaming'`;
    const deadline = performance.now() + PATIENCE;
    while ((await primary.query(asked)).length === 0) {
      if (performance.now() > deadline) throw new Error(`${this.name} does not follow ${primary.name}.`);
      await sleep(50);
    }
  }

  #emptyFolder(): void {
    rmSync(this.#data, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    mkdirSync(this.#data, { mode: 0o700 });
    this.#programs.own(this.#data);
  }

  #run(program: string, ...args: string[]): Promise<string> {
    return runToEnd(...this.#programs.line(program, ...args), { folder: this.#folder.path });
  }
}
