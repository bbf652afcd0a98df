// Every configuration of deploy/ before two servers and a stand-in for Glance.
import { startGlanceStandIn } from "@imagetags/testing/glance/stand-in-glance";
import { makeCertificate } from "@imagetags/testing/make-certificate";
import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { createChecks } from "../lib/checks.ts";
import { CONFIGURATIONS } from "../lib/deployed.ts";
import { TOKENS } from "../lib/image-requests.ts";
import { startBalancer } from "../lib/start-balancer.ts";
import { drainChecks } from "./draining.ts";
import { pathChecks } from "./paths.ts";
import { playAsAsked } from "./played-glance.ts";
import { transferChecks } from "./transfers.ts";
import { trustChecks } from "./trust.ts";

const checks = createChecks();
try {
  using inside = temporaryFolder("inside");
  using outside = temporaryFolder("outside");
  const glanceTls = makeCertificate(inside, ["glance.example.org"]);
  const callersTls = makeCertificate(outside);
  await using glance = await startGlanceStandIn(playAsAsked, glanceTls);
  await using alone = await startServer({ tokens: TOKENS });
  const front = () =>
    startServer({
      tokens: TOKENS,
      settings: {
        IMAGETAGS_DATABASE_URL: `sqlite:${alone.folder.at("data", "imagetags.db")}`,
        IMAGETAGS_GLANCE_URL: glance.url,
        IMAGETAGS_GLANCE_CACERT: inside.at("cert.pem"),
        IMAGETAGS_DRAIN_DELAY: "10",
        IMAGETAGS_LOG_LEVEL: "warn",
      },
    });
  await using first = await front();
  await using second = await front();
  const setting = {
    imagetags: [first.port, second.port],
    glance: glance.port,
    glanceSpeaksTls: true,
    tls: { ...callersTls, insideCa: glanceTls.cert },
  } as const;
  await using balancers = new AsyncDisposableStack();
  const started = await Promise.all(CONFIGURATIONS.map((one) => startBalancer(one, setting)));
  const scenes = started.map((balancer) => {
    balancers.use(balancer);
    return { checks, balancer, glance, alone: alone.url, ca: callersTls.cert };
  });
  await Promise.all(
    scenes.flatMap((scene) => [
      transferChecks(scene),
      (async () => {
        await pathChecks(scene);
        await trustChecks(scene, setting, callersTls.cert);
      })(),
    ]),
  );
  await drainChecks(scenes, first);
} catch (error) {
  checks.fail("the checks run to their end", error);
}
process.exitCode = checks.finish();
