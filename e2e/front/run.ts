// A real Glance behind the built server, alone and with HAProxy as deploy/ configures it. The guard is on.
import { freePort } from "@imagetags/testing/free-port";
import { makeCertificate } from "@imagetags/testing/make-certificate";
import { runServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { startBesideGlance } from "../lib/beside-glance.ts";
import { createChecks } from "../lib/checks.ts";
import { CONFIGURATIONS } from "../lib/deployed.ts";
import { imageApi } from "../lib/image-api.ts";
import { startBalancer } from "../lib/start-balancer.ts";
import { historyChecks } from "../guard/histories.ts";
import { manageChecks } from "../guard/manage.ts";
import { removerChecks } from "../guard/removers.ts";
import { saveChecks, savingGlance } from "../guard/saves.ts";
import type { Setting } from "../guard/setting.ts";
import { killedFrontChecks } from "./killed-fronts.ts";
import { refusedWayChecks } from "./refused-ways.ts";
import { sameByteChecks } from "./same-bytes.ts";
import { stockCommandChecks } from "./stock-commands.ts";
import { tagChangeChecks } from "./tag-changes.ts";
import { tagPageChecks } from "./tag-page.ts";

const checks = createChecks();
try {
  using outside = temporaryFolder("outside");
  const tls = makeCertificate(outside);
  const webPort = await freePort();
  await using beside = await startBesideGlance(
    (databaseUrl, glanceUrl) => ({
      IMAGETAGS_DATABASE_URL: databaseUrl,
      IMAGETAGS_GLANCE_URL: glanceUrl,
      IMAGETAGS_LOG_LEVEL: "warn",
    }),
    savingGlance(webPort),
  );
  const { mariadb, keystone, glance, server } = beside;
  await using second = await beside.serve();
  const database = { IMAGETAGS_DATABASE_URL: mariadb.url(glance.database) };
  const guard = async (...args: string[]) =>
    (await runServer(["guard", ...args], database, outside.path)).code ?? -1;
  if ((await guard("on", "--yes")) !== 0) throw new Error("The guard is not on.");

  const person = await keystone.user({ project: "alpha", roles: ["member"] });
  const token = await person.token();
  const adminToken = await keystone.admin.token();
  const apis = (name: string, url: string, ca?: string) => ({
    member: imageApi(name, url, token, ca),
    admin: imageApi(name, url, adminToken, ca),
  });
  const direct = apis("Glance", glance.url);
  const front = apis("the front", server.url);

  await sameByteChecks(checks, {
    token,
    glance: Number(new URL(glance.url).port),
    front: server.port,
    direct: direct.member,
  });
  await keystone.registerService({ type: "image", name: "glance", url: server.url });
  await stockCommandChecks(checks, { member: person, admin: keystone.admin, direct: direct.member });
  await tagPageChecks(checks, { url: server.url, person, direct: direct.member });
  await tagChangeChecks(checks, {
    name: "through the front",
    tags: front.member,
    others: front.member,
    admin: front.admin,
  });
  await tagChangeChecks(checks, {
    name: "with Glance reached directly",
    tags: front.member,
    others: direct.member,
    admin: direct.admin,
  });
  const twoFronts: Setting = {
    checks,
    on: "through two fronts",
    keystone,
    glance,
    servers: [server, second],
    inFront: true,
    atGlance: front.admin,
    atOurs: imageApi("the second front", second.url, adminToken),
    token: adminToken,
    rounds: 6,
    webPort,
    guard,
    query: (statement) => mariadb.query(statement, glance.database),
  };
  await saveChecks(twoFronts);
  await removerChecks(twoFronts);
  await historyChecks(twoFronts);
  await manageChecks(twoFronts);
  await killedFrontChecks(twoFronts, beside.serve);
  await refusedWayChecks(checks, {
    name: "the front",
    place: { port: server.port },
    token,
    direct: direct.member,
  });
  for (const configuration of CONFIGURATIONS) {
    await using balancer = await startBalancer(configuration, {
      imagetags: [server.port, server.port],
      glance: Number(new URL(glance.url).port),
      glanceSpeaksTls: false,
      tls: { ...tls, insideCa: tls.cert },
    });
    const { file: name } = configuration;
    const { member, admin } = apis(name, `https://127.0.0.1:${balancer.port}`, tls.cert);
    const place = { port: balancer.port, ca: tls.cert };
    if (configuration.topology === "tags-only")
      await tagChangeChecks(checks, { name, tags: member, others: member, admin });
    await refusedWayChecks(checks, { name, place, token, direct: direct.member });
  }
} catch (error) {
  checks.fail("the checks run to their end", error);
}
process.exitCode = checks.finish();
