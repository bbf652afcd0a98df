// Starts both servers on one database, and lets every group of checks loose on them.
import { createChecks } from "../lib/checks.ts";
import { bothWaysChecks } from "./both-ways.ts";
import { doubledTagChecks } from "./doubled-tags.ts";
import { exactTagChecks } from "./exact-tags.ts";
import { imageApi } from "../lib/image-api.ts";
import { startBesideGlance } from "../lib/beside-glance.ts";
import { sameAnswerChecks } from "./same-answers.ts";
import { samePolicyChecks } from "./same-policies.ts";
import { sameStatusChecks } from "./same-statuses.ts";
import type { Setting } from "./setting.ts";
import { togetherChecks } from "./together.ts";
import type { Person } from "@imagetags/testing/keystone/people";

const checks = createChecks();
try {
  await using beside = await startBesideGlance((databaseUrl) => ({
    IMAGETAGS_DATABASE_URL: databaseUrl,
    IMAGETAGS_WORKERS: "2",
  }));
  const { mariadb, keystone, glance, server } = beside;
  const asked = async (person: Person) => {
    const token = await person.token();
    return { glance: imageApi("Glance", glance.url, token), ours: imageApi("the server", server.url, token) };
  };
  const memberOfAlpha = await keystone.user({ project: "alpha", roles: ["member"] });
  const readerOfAlpha = await keystone.user({ project: "alpha", roles: ["reader"] });
  const memberOfBeta = await keystone.user({ project: "beta", roles: ["member"] });
  const callers = {
    "a member of the owner": await asked(memberOfAlpha),
    "a reader of the owner": await asked(readerOfAlpha),
    "a member of beta": await asked(memberOfBeta),
    "a reader of beta": await asked(await keystone.user({ project: "beta", roles: ["reader"] })),
    admin: await asked(keystone.admin),
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
  await sameStatusChecks(setting);
  await doubledTagChecks(setting);
  await togetherChecks(setting);
  await samePolicyChecks({
    checks,
    glance,
    serve: beside.serve,
    tokens: {
      "member of the owner": await memberOfAlpha.token(),
      "reader of the owner": await readerOfAlpha.token(),
      "member of beta": await memberOfBeta.token(),
      admin: await keystone.admin.token(),
    },
    beta: memberOfBeta.project.id,
  });
} catch (error) {
  checks.fail("the checks run to their end", error);
}
process.exitCode = checks.finish();
