import { join } from "node:path";
import { userInfo } from "node:os";
import { freePort } from "../free-port.ts";
import { startProgram } from "../processes/program.ts";
import { runToEnd } from "../processes/run-to-end.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const PASSWORD = "mariadb-password";

/** A MariaDB of our own. */
export interface Mariadb {
  /** Of 127.0.0.1. */
  readonly port: number;
  /** Of its user `cloud`, who may do all. */
  readonly password: string;
  /** Of a database. */
  readonly url: (database: string, scheme?: string) => string;
  /** An empty one. */
  readonly createDatabase: (database: string) => Promise<void>;
  /** The rows, each column as text. */
  readonly query: (statement: string, database?: string) => Promise<string[][]>;
  /** Again, after `stop` or `kill`. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** As a crash would. */
  readonly kill: () => Promise<void>;
}

/**
 * Starts a private MariaDB with its data in a temporary folder. The system's own is not touched. `settings`
 * options of mariadbd over ours.
 */
export async function startMariadb({
  options = {},
}: { options?: Record<string, string | number> } = {}): Promise<Mariadb & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder("mariadb")).path;
  const port = await freePort();
  const data = join(folder, "data");
  const socket = join(folder, "socket");
  const user = userInfo().username;
  const client = (...args: string[]) => ["--no-defaults", `--socket=${socket}`, ...args];
  await runToEnd("mariadb-install-db", [
    "--no-defaults",
    `--user=${user}`,
    `--datadir=${data}`,
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
  ]);

  const settings = {
    user,
    datadir: data,
    socket,
    port,
    "bind-address": "127.0.0.1",
    "pid-file": join(folder, "pid"),
    "max-connections": 500,
    "character-set-server": "utf8mb4",
    "collation-server": "utf8mb4_general_ci",
    "innodb-buffer-pool-size": "128M",
    ...options,
  };
  const launch = () =>
    startProgram(
      {
        name: "MariaDB",
        command: "mariadbd",
        args: ["--no-defaults", ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`)],
        log: join(folder, "log"),
        folder,
      },
      () =>
        runToEnd("mariadb-admin", client("--user=root", "--silent", "ping")).then(
          () => true,
          () => false,
        ),
    );
  let running = await launch();
  stack.defer(() => running.stop());

  const query: Mariadb["query"] = async (statement, database) => {
    const args = client(
      "--user=root",
      "--batch",
      "--raw",
      "--skip-column-names",
      ...(database ? [database] : []),
    );
    const printed = await runToEnd("mariadb", args, { input: statement });
    return printed
      .split("\n")
      .slice(0, -1)
      .map((row) => row.split("\t"));
  };
  await query(
    `CREATE USER cloud@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'; GRANT ALL ON *.* TO cloud@'127.0.0.1';`,
  );

  const owned = stack.move();
  return {
    port,
    password: PASSWORD,
    url: (database, scheme = "mysql") => `${scheme}://cloud:${PASSWORD}@127.0.0.1:${port}/${database}`,
    createDatabase: async (database) => {
      await query(`CREATE DATABASE \`${database}\``);
    },
    query,
    start: async () => {
      running = await launch();
    },
    stop: () => running.stop(),
    kill: () => running.kill(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
