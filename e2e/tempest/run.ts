// Runs tempest's tests of the Image API. With --write, its part of docs/compatibility.md is written and not compared.
import { createChecks } from "../lib/checks.ts";
import { holdToWhatIsServed } from "../lib/compatibility.ts";
import { startKeystone } from "@imagetags/testing/keystone/start-keystone";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { startServer } from "@imagetags/testing/server/start-server";
import { runTempest } from "./lib/run-tempest.ts";
import { NOT_SERVED } from "./not-served.ts";

const PREFIX = "tempest.api.image.v2.";

const checks = createChecks();
try {
  await using keystone = await startKeystone();
  const service = await keystone.serviceUser("imagetags");
  await using server = await startServer({
    settings: { IMAGETAGS_AUTH: "keystone", ...service.environment },
  });
  await keystone.registerService({ type: "image", name: "imagetags", url: server.url });

  const outcomes = await runTempest(keystone, PREFIX);
  const version = (await runToEnd("tempest", ["--version"])).trim().replace("tempest ", "");
  await holdToWhatIsServed(checks, {
    heading: "tempest",
    run: "tempest",
    about:
      `tempest ${version}, the acceptance tests of OpenStack, as Debian packages it, on this server over SQLite ` +
      "with a real Keystone.",
    prefix: PREFIX,
    outcomes,
    notServed: NOT_SERVED,
  });
} catch (error) {
  checks.fail("the tests run to their end", error);
}
process.exitCode = checks.finish();
