import { userInfo } from "node:os";
import { join } from "node:path";
import { mkdirSync, writeFileSync } from "node:fs";
import { freePort } from "../free-port.ts";
import { ini } from "../processes/ini.ts";
import { startMariadb, type Mariadb } from "../databases/start-mariadb.ts";
import { createPeople, type People } from "./people.ts";
import { answers, startProgram } from "../processes/program.ts";
import { runToEnd } from "../processes/run-to-end.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const ADMIN_PASSWORD = "admin-password";

/** The one region of its catalog. */
export const REGION = "RegionOne";

/** A real Keystone, and what can be asked of it. */
interface KeystoneProcess {
  /** The URL, with `/v3`. */
  readonly url: string;
  readonly stop: () => Promise<void>;
  /** Again at the same address, with the same keys and users. */
  readonly start: () => Promise<void>;
  /** To all its processes: SIGSTOP makes it as slow as can be. */
  readonly signal: (signal: NodeJS.Signals) => void;
}

export type Keystone = KeystoneProcess & People;

/** How it is started. */
interface KeystoneOptions {
  /** Where its database is made; one of its own is started otherwise. */
  readonly mariadb?: Mariadb;
  /** How long a token lives. */
  readonly tokenSeconds?: number;
  /** For how long after that a service token may still have it accepted. */
  readonly expiredSeconds?: number;
  readonly processes?: number;
}

/** Starts a real Keystone on a free port, with its settings and keys in a temporary folder. */
export async function startKeystone(options: KeystoneOptions = {}): Promise<Keystone & AsyncDisposable> {
  const { tokenSeconds = 3600, expiredSeconds = 172_800, processes = 2 } = options;
  await using stack = new AsyncDisposableStack();
  const mariadb = options.mariadb ?? stack.use(await startMariadb());
  // SQLite would not do: Keystone's threads lock one another out of it.
  await mariadb.createDatabase("keystone");
  const folder = stack.use(temporaryFolder("keystone")).path;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/v3`;
  const settings = join(folder, "keystone.conf");
  const keys = join(folder, "fernet-keys");
  const credentialKeys = join(folder, "credential-keys");
  for (const keyFolder of [keys, credentialKeys]) mkdirSync(keyFolder, { mode: 0o700 });
  writeFileSync(
    settings,
    ini({
      DEFAULT: { log_dir: folder, log_file: "keystone.log", use_stderr: true },
      database: { connection: mariadb.url("keystone", "mysql+pymysql") },
      token: { provider: "fernet", expiration: tokenSeconds, allow_expired_window: expiredSeconds },
      fernet_tokens: { key_repository: keys },
      fernet_receipts: { key_repository: keys },
      credential: { key_repository: credentialKeys },
      // The fewest rounds of bcrypt, which make logins quick: the passwords are no secret.
      identity: { password_hash_rounds: 4 },
      oslo_policy: { policy_dirs: join(folder, "policy.d") },
    }),
  );

  const { username } = userInfo();
  const manage = (...args: string[]) => runToEnd("keystone-manage", ["--config-file", settings, ...args]);
  const owner = ["--keystone-user", username, "--keystone-group", username];
  await Promise.all([
    manage("db_sync"),
    manage("fernet_setup", ...owner),
    manage("credential_setup", ...owner),
  ]);
  const addresses = ["public", "internal", "admin"].flatMap((side) => [`--bootstrap-${side}-url`, url]);
  const password = ["--bootstrap-password", ADMIN_PASSWORD];
  await manage("bootstrap", ...password, "--bootstrap-region-id", REGION, ...addresses);

  const launch = () =>
    startProgram(
      {
        name: "Keystone",
        command: "uwsgi",
        args: [
          ["--plugins", "python3", "--wsgi-file", "/usr/bin/keystone-wsgi-public"],
          [
            "--http-socket",
            `127.0.0.1:${port}`,
            "--add-header",
            "Connection: close",
            "--buffer-size",
            "65535",
          ],
          ["--master", "--die-on-term", "--no-orphans", "--skip-atexit", "--disable-logging"],
          ["--lazy-apps", "--need-app", "--enable-threads", "--thunder-lock"],
          ["--processes", String(processes), "--threads", "8"],
        ].flat(),
        env: { OS_KEYSTONE_CONFIG_DIR: folder, OS_KEYSTONE_CONFIG_FILES: "keystone.conf" },
        log: join(folder, "log"),
        folder,
      },
      () => answers(url),
    );
  let running = await launch();
  stack.defer(() => running.stop());
  const people = await createPeople({ url, region: REGION, adminPassword: ADMIN_PASSWORD });
  await people.role("service");

  const owned = stack.move();
  return {
    ...people,
    url,
    stop: () => running.stop(),
    start: async () => {
      running = await launch();
    },
    signal: (name) => running.signal(name),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
