// A real Glance with the guard on its tables, and the built server beside it: nothing that the server did to tags is
// undone or lost, and Glance's callers notice nothing.
import { parseArgs } from "node:util";
import { startMariadb } from "@imagetags/testing/databases/start-mariadb";
import { startPostgres } from "@imagetags/testing/databases/start-postgres";
import { startGlance } from "@imagetags/testing/glance/start-glance";
import { startKeystone, type Keystone } from "@imagetags/testing/keystone/start-keystone";
import { runServer, startServer } from "@imagetags/testing/server/start-server";
import { freePort } from "@imagetags/testing/free-port";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { createChecks, type Checks } from "../lib/checks.ts";
import { imageApi } from "../lib/image-api.ts";
import { crashChecks } from "./crashes.ts";
import { historyChecks } from "./histories.ts";
import { manageChecks } from "./manage.ts";
import { removerChecks } from "./removers.ts";
import { saveChecks, savingGlance } from "./saves.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "6" } } });

/** A database server that Glance's database is made on. */
interface DatabaseServer {
  readonly name: string;
  readonly createDatabase: (database: string) => Promise<void>;
  readonly url: (database: string) => string;
  readonly query: (statement: string, database: string) => Promise<string[][]>;
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
}

const checks = createChecks();
try {
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds must be a whole number from 1 on.");
  await using mariadb = await startMariadb();
  await using keystone = await startKeystone({ mariadb });
  await using postgres = await startPostgres();
  await using glances = await startMariadb({ options: { "log-bin": "log", "binlog-format": "MIXED" } });
  await checkOn(checks, keystone, rounds, {
    ...glances,
    name: "MariaDB",
    url: (database) => glances.url(database, "mysql+pymysql"),
  });
  await checkOn(checks, keystone, rounds, {
    ...postgres,
    name: "PostgreSQL",
    url: (database) => postgres.url(database).replace("postgres:", "postgresql+psycopg2:"),
  });
} catch (error) {
  checks.fail("the checks run to their end", error);
}
process.exitCode = checks.finish();

async function checkOn(
  counted: Checks,
  keystone: Keystone,
  rounds: number,
  databases: DatabaseServer,
): Promise<void> {
  const on = databases.name;
  const database = `glance_${on.toLowerCase()}`;
  const webPort = await freePort();
  await using glance = await startGlance({
    mariadb: databases,
    keystone,
    database,
    settings: savingGlance(webPort),
  });
  const service = await keystone.serviceUser(`imagetags-${on}`);
  await using server = await startServer({
    settings: {
      IMAGETAGS_AUTH: "keystone",
      IMAGETAGS_DATABASE_URL: databases.url(database),
      IMAGETAGS_LOG_LEVEL: "warn",
      IMAGETAGS_WORKERS: "2",
      ...service.environment,
    },
  });
  const guard = async (...args: string[]) => {
    using folder = temporaryFolder("guard");
    const settings = { IMAGETAGS_DATABASE_URL: databases.url(database) };
    return (await runServer(["guard", ...args], settings, folder.path)).code ?? -1;
  };
  const token = await keystone.admin.token();
  const setting = {
    checks: counted,
    on,
    keystone,
    glance,
    servers: [server] as const,
    inFront: false,
    token,
    rounds,
    webPort,
    guard,
    atGlance: imageApi("Glance", glance.url, token),
    atOurs: imageApi("the server", server.url, token),
    query: (statement: string) => databases.query(statement, database),
  };
  await counted.check(`${on}: the guard is switched on beside a running Glance`, async () => {
    if ((await guard("on", "--yes")) !== 0 || (await guard("status")) !== 0) throw new Error("It is not on.");
  });
  await saveChecks(setting);
  await removerChecks(setting);
  await historyChecks(setting);
  await manageChecks(setting);
  await crashChecks(setting, async () => {
    await databases.kill();
    await databases.start();
  });
}
