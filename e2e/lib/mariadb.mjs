import { join } from "node:path";
import { userInfo } from "node:os";
import { freePort } from "@imagetags/testing/free-port";
import { startProgram } from "@imagetags/testing/processes/program";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";

const PASSWORD = "mariadb-password";

/**
 * A MariaDB of our own.
 * @typedef {object} Mariadb
 * @property {number} port of 127.0.0.1
 * @property {string} password of its user `cloud`, who may do all
 * @property {(database: string, scheme?: string) => string} url of a database
 * @property {(database: string) => Promise<void>} createDatabase an empty one
 * @property {(statement: string, database?: string) => Promise<string[][]>} query the rows, each column as text
 * @property {() => Promise<void>} start again, after `stop` or `kill`
 * @property {() => Promise<void>} stop
 * @property {() => Promise<void>} kill as a crash would
 */

/**
 * Starts a private MariaDB with its data in a temporary folder. The system's own is not touched.
 * @param {{ options?: Record<string, string | number> }} [settings] options of mariadbd over ours
 * @returns {Promise<Mariadb & AsyncDisposable>}
 */
export async function startMariadb({ options = {} } = {}) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder("mariadb")).path;
  const port = await freePort();
  const data = join(folder, "data");
  const socket = join(folder, "socket");
  const user = userInfo().username;
  const client = (/** @type {string[]} */ ...args) => ["--no-defaults", `--socket=${socket}`, ...args];
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

  /** @type {Mariadb["query"]} */
  const query = async (statement, database) => {
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
