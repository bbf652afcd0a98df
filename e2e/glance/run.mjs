// Starts both servers on one database, and lets every group of checks loose on them.
import { createChecks } from "../lib/checks.mjs";
import { startGlance } from "../lib/glance.mjs";
import { startKeystone } from "../lib/keystone.mjs";
import { startMariadb } from "../lib/mariadb.mjs";
import { startServer } from "@imagetags/testing/server/start-server";
import { bothWaysChecks } from "./both-ways.mjs";
import { doubledTagChecks } from "./doubled-tags.mjs";
import { exactTagChecks } from "./exact-tags.mjs";
import { imageApi } from "../lib/image-api.mjs";
import { sameAnswerChecks } from "./same-answers.mjs";
import { togetherChecks } from "./together.mjs";

/**
 * Both servers as one caller meets them.
 * @typedef {Record<"glance" | "ours", import("../lib/image-api.mjs").ImageApi>} Both
 *
 * Callers by what they are.
 * @typedef {Record<"a member of the owner" | "a reader of the owner" | "a member of beta" | "a reader of beta" | "admin", Both>} Callers
 *
 * What the checks work on: both servers as met by a member of project alpha, by one of beta, and by all kinds.
 * @typedef {object} SettingOfAll
 * @property {import("../lib/checks.mjs").Checks} checks
 * @property {import("../lib/mariadb.mjs").Mariadb} mariadb
 * @property {string} database
 * @property {{ project: string } & Both} beta
 * @property {Callers} callers
 *
 * @typedef {SettingOfAll & Both} Setting
 */

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
  /** @param {import("../lib/keystone-people.mjs").Person} person */
  const both = async (person) => {
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
  /** @type {Setting} */
  const setting = {
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
