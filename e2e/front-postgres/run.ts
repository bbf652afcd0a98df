// A real Glance on PostgreSQL behind the built server, with the guard on: what e2e/front tries most of all, and each that
// stands behind the server killed.
import assert from "node:assert/strict";
import { startMariadb } from "@imagetags/testing/databases/start-mariadb";
import { startPostgres } from "@imagetags/testing/databases/start-postgres";
import { startGlance } from "@imagetags/testing/glance/start-glance";
import { startKeystone } from "@imagetags/testing/keystone/start-keystone";
import { runServer, startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { eachAwayChecks } from "../front/each-away.ts";
import { sameByteChecks } from "../front/same-bytes.ts";
import { tagChangeChecks } from "../front/tag-changes.ts";
import { createChecks } from "../lib/checks.ts";
import { imageApi } from "../lib/image-api.ts";

const checks = createChecks();
try {
  await using mariadb = await startMariadb();
  await using keystone = await startKeystone({ mariadb });
  await using postgres = await startPostgres();
  await using glance = await startGlance({
    mariadb: {
      createDatabase: postgres.createDatabase,
      url: (database) => postgres.url(database).replace("postgres:", "postgresql+psycopg2:"),
    },
    keystone,
    settings: { DEFAULT: { enabled_import_methods: "[glance-direct]" } },
  });
  const database = { IMAGETAGS_DATABASE_URL: postgres.url(glance.database) };
  const service = await keystone.serviceUser("imagetags");
  await using server = await startServer({
    settings: {
      IMAGETAGS_AUTH: "keystone",
      IMAGETAGS_GLANCE_URL: glance.url,
      IMAGETAGS_LOG_LEVEL: "warn",
      ...service.environment,
      ...database,
    },
  });
  using folder = temporaryFolder("guard");
  const { code } = await runServer(["guard", "on", "--yes"], database, folder.path);
  assert.equal(code, 0, "The guard is not on.");

  const person = await keystone.user({ project: "alpha", roles: ["member"] });
  const token = await person.token();
  const adminToken = await keystone.admin.token();
  const front = imageApi("the front", server.url, token);
  await sameByteChecks(checks, {
    token,
    glance: Number(new URL(glance.url).port),
    front: server.port,
    direct: imageApi("Glance", glance.url, token),
  });
  await tagChangeChecks(checks, {
    name: "through the front, on PostgreSQL",
    tags: front,
    others: front,
    admin: imageApi("the front", server.url, adminToken),
  });
  await eachAwayChecks(checks, { api: front, url: server.url, token, glance, database: postgres });
} catch (error) {
  checks.fail("the checks run to their end", error);
}
process.exitCode = checks.finish();
