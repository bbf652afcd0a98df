// Starts both servers on one database, and lets every group of checks loose on them.
import { createChecks } from "../lib/checks.ts";
import { startGlance } from "@imagetags/testing/glance/start-glance";
import { startKeystone } from "@imagetags/testing/keystone/start-keystone";
import { startMariadb } from "@imagetags/testing/databases/start-mariadb";
import { startServer } from "@imagetags/testing/server/start-server";
import { bothWaysChecks } from "./both-ways.ts";
import { doubledTagChecks } from "./doubled-tags.ts";
import { exactTagChecks } from "./exact-tags.ts";
import { imageApi } from "../lib/image-api.ts";
import { sameAnswerChecks } from "./same-answers.ts";
import type { Setting } from "./setting.ts";
import { togetherChecks } from "./together.ts";
import type { Person } from "@imagetags/testing/keystone/people";

const checks = createChecks();
try {
  await using mariadb = await startMariadb();
  await using keystone = await startKeystone({ mariadb });
  await using glance = await startGlance({ mariadb, keystone });
  const service = await keystone.serviceUser("imagetags");
  await using server = await startServer({
    settings: {
      IMAGETAGS_AUTH: "keystone",
      IMAGETAGS_DATABASE_URL: mariadb.url(glance.database),
      IMAGETAGS_WORKERS: "2",
      ...service.environment,
    },
  });
  const both = async (person: Person) => {
    const token = await person.token();
    return { glance: imageApi("Glance", glance.url, token), ours: imageApi("the server", server.url, token) };
  };
  const memberOfBeta = await keystone.user({ project: "beta", roles: ["member"] });
  const callers = {
    "a member of the owner": await both(await keystone.user({ project: "alpha", roles: ["member"] })),
    "a reader of the owner": await both(await keystone.user({ project: "alpha", roles: ["reader"] })),
    "a member of beta": await both(memberOfBeta),
    "a reader of beta": await both(await keystone.user({ project: "beta", roles: ["reader"] })),
    admin: await both(keystone.admin),
  };
  const setting: Setting = {
    checks,
    mariadb,
    database: glance.database,
    ...callers["a member of the owner"],
    beta: { project: memberOfBeta.project.id, ...callers["a member of beta"] },
    callers,
  };
  await bothWaysChecks(setting);
  await exactTagChecks(setting);
  await sameAnswerChecks(setting);
  await doubledTagChecks(setting);
  await togetherChecks(setting);
} catch (error) {
  checks.fail("the checks run to their end", error);
}
process.exitCode = checks.finish();
