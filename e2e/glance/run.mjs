// Starts both servers on one database, and lets every group of checks loose on them.
import { createChecks } from "../lib/checks.mjs";
import { startGlance } from "../lib/glance.mjs";
import { startKeystone } from "../lib/keystone.mjs";
import { startMariadb } from "../lib/mariadb.mjs";
import { startServer } from "../lib/server.mjs";
import { bothWaysChecks } from "./both-ways.mjs";
import { doubledTagChecks } from "./doubled-tags.mjs";
import { exactTagChecks } from "./exact-tags.mjs";
import { imageApi } from "./lib/image-api.mjs";
import { togetherChecks } from "./together.mjs";

/**
 * What the checks work on: both servers as met by a member of project alpha, and by one of beta.
 * @typedef {object} Setting
 * @property {import("../lib/checks.mjs").Checks} checks
 * @property {import("../lib/mariadb.mjs").Mariadb} mariadb
 * @property {string} database
 * @property {import("./lib/image-api.mjs").ImageApi} glance
 * @property {import("./lib/image-api.mjs").ImageApi} ours
 * @property {{ project: string } & Record<"glance" | "ours", import("./lib/image-api.mjs").ImageApi>} beta
 */

const checks = createChecks();
try {
  await using mariadb = await startMariadb();
  await using keystone = await startKeystone({ mariadb });
  await using glance = await startGlance({ mariadb, keystone });
  const service = await keystone.serviceUser("imagetags");
  await using server = await startServer({
    IMAGETAGS_AUTH: "keystone",
    IMAGETAGS_DATABASE_URL: mariadb.url(glance.database),
    ...service.environment,
  });
  const alpha = await keystone.user({ project: "alpha", roles: ["member"] });
  const beta = await keystone.user({ project: "beta", roles: ["member"] });
  const both = async (/** @type {import("../lib/keystone-people.mjs").Person} */ person) => {
    const token = await person.token();
    return { glance: imageApi("Glance", glance.url, token), ours: imageApi("the server", server.url, token) };
  };
  /** @type {Setting} */
  const setting = {
    checks,
    mariadb,
    database: glance.database,
    ...(await both(alpha)),
    beta: { project: beta.project.id, ...(await both(beta)) },
  };
  await bothWaysChecks(setting);
  await exactTagChecks(setting);
  await doubledTagChecks(setting);
  await togetherChecks(setting);
} catch (error) {
  checks.fail("the checks run to their end", error);
}
process.exitCode = checks.finish();
