// Holds what is told of tags to what a real Glance tells, and to what was committed, whatever is killed meanwhile.
import { parseArgs } from "node:util";
import { startRabbitmq } from "@imagetags/testing/brokers/start-rabbitmq";
import { startMariadb } from "@imagetags/testing/databases/start-mariadb";
import { startGlance } from "@imagetags/testing/glance/start-glance";
import { startKeystone } from "@imagetags/testing/keystone/start-keystone";
import { runServer, startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { createChecks, type Checks } from "../lib/checks.ts";
import { imageApi } from "../lib/image-api.ts";
import { killedSenderChecks } from "./killed-senders.ts";
import { openMailbox } from "./mailbox.ts";
import { sameNotificationChecks } from "./same-notifications.ts";
import type { Mariadb } from "@imagetags/testing/databases/start-mariadb";
import type { Rabbitmq } from "@imagetags/testing/brokers/start-rabbitmq";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "1" } } });
const checks = createChecks();
try {
  await using stack = new AsyncDisposableStack();
  const [rabbitmq, mariadb] = await Promise.all([startRabbitmq(), startMariadb()]);
  stack.use(rabbitmq);
  stack.use(mariadb);
  await besideGlance(checks, mariadb, rabbitmq);
  await killedSenderChecks(checks, { mariadb, rabbitmq, rounds: Number(values.rounds) });
} catch (error) {
  checks.fail("the checks run to their end", error);
}
process.exitCode = checks.finish();

/** A real Glance and the server on one database, which tell the same broker. */
async function besideGlance(all: Checks, mariadb: Mariadb, rabbitmq: Rabbitmq): Promise<void> {
  using folder = temporaryFolder("alongside");
  await using keystone = await startKeystone({ mariadb });
  await using glance = await startGlance({
    mariadb,
    keystone,
    workers: 1,
    settings: { oslo_messaging_notifications: { driver: "messagingv2", transport_url: rabbitmq.url } },
  });
  await using mailbox = await openMailbox(rabbitmq.amqpUrl);
  const { environment } = await keystone.serviceUser("imagetags");
  const settings = {
    IMAGETAGS_AUTH: "keystone",
    IMAGETAGS_DATABASE_URL: mariadb.url(glance.database),
    IMAGETAGS_NOTIFY_URL: rabbitmq.url,
    ...environment,
  };
  await runServer(["migrate", "--alongside"], settings, folder.path);
  await using server = await startServer({ settings });
  const member = await keystone.user({ project: "alpha", roles: ["member"] });
  const token = await member.token();
  await sameNotificationChecks({
    checks: all,
    mailbox,
    url: rabbitmq.url,
    glance: imageApi("Glance", glance.url, token),
    ours: imageApi("the server", server.url, token),
    who: { user: member.id, project: member.project.id },
  });
}
