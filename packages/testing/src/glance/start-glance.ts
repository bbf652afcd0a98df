import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { ini } from "../processes/ini.ts";
import { REGION, type Keystone } from "../keystone/start-keystone.ts";
import { answers, startProgram } from "../processes/program.ts";
import { runToEnd } from "../processes/run-to-end.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import type { Mariadb } from "../databases/start-mariadb.ts";

/** A real Glance. */
interface Glance {
  /** Of its root, without a version. */
  readonly url: string;
  /** Its name in MariaDB. */
  readonly database: string;
  /** Its policy file, empty at first. It reads it anew when it changes. */
  readonly policyFile: string;
  readonly stop: () => Promise<void>;
  /** It and all its workers, as a crash would. */
  readonly kill: () => Promise<void>;
  /** Runs `glance-manage` with its settings; resolves with what that printed. */
  readonly manage: (...args: string[]) => Promise<string>;
  /** Again, at the same address. */
  readonly start: () => Promise<void>;
}

interface GlanceOptions {
  /** Where its database is made. */
  readonly mariadb: Pick<Mariadb, "createDatabase" | "url">;
  /** Whom it asks about tokens. */
  readonly keystone: Keystone;
  /** Its name. */
  readonly database?: string;
  readonly workers?: number;
  /** Further settings, by section. */
  readonly settings?: Record<string, Record<string, string | number | boolean>>;
}

/**
 * Starts a real Glance with the policies that are today's defaults, and its image data in a temporary folder.
 */
export async function startGlance({
  mariadb,
  keystone,
  database = "glance",
  workers = 2,
  settings: further = {},
}: GlanceOptions): Promise<Glance & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder("glance")).path;
  for (const name of ["images", "copies", "staging", "tasks"]) mkdirSync(join(folder, name));
  await mariadb.createDatabase(database);
  const { name: username, password } = await keystone.serviceUser(`user-of-${database}`);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = join(folder, "glance-api.conf");
  const policyFile = join(folder, "policy.yaml");
  writeFileSync(policyFile, "{}");
  writeFileSync(
    settings,
    ini({
      DEFAULT: {
        bind_host: "127.0.0.1",
        bind_port: port,
        workers,
        log_file: join(folder, "glance-api.log"),
        enabled_backends: "files:file, copies:file",
        enforce_secure_rbac: true,
        ...further["DEFAULT"],
      },
      database: { connection: mariadb.url(database, "mysql+pymysql") },
      paste_deploy: { flavor: "keystone", config_file: "/etc/glance/glance-api-paste.ini" },
      keystone_authtoken: {
        www_authenticate_uri: keystone.url,
        auth_url: keystone.url,
        auth_type: "password",
        username,
        password,
        project_name: "service",
        user_domain_name: "Default",
        project_domain_name: "Default",
        region_name: REGION,
      },
      oslo_policy: {
        enforce_new_defaults: true,
        policy_file: policyFile,
        policy_dirs: join(folder, "policy.d"),
      },
      glance_store: { default_backend: "files" },
      files: { filesystem_store_datadir: join(folder, "images") },
      copies: { filesystem_store_datadir: join(folder, "copies") },
      os_glance_staging_store: { filesystem_store_datadir: join(folder, "staging") },
      os_glance_tasks_store: { filesystem_store_datadir: join(folder, "tasks") },
      ...Object.fromEntries(Object.entries(further).filter(([section]) => section !== "DEFAULT")),
    }),
  );
  const manage = (...args: string[]) => runToEnd("glance-manage", ["--config-file", settings, ...args]);
  await manage("db_sync");

  const launch = () =>
    startProgram(
      {
        name: "Glance",
        command: "glance-api",
        args: ["--config-file", settings, "--config-dir", folder],
        log: join(folder, "log"),
        folder,
      },
      () => answers(`${url}/healthcheck`),
    );
  let running = await launch();
  stack.defer(() => running.stop());

  const owned = stack.move();
  return {
    url,
    database,
    policyFile,
    stop: () => running.stop(),
    kill: () => running.kill(),
    manage,
    start: async () => {
      running = await launch();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
