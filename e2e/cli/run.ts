// Starts a real Keystone, a real Glance and the server, each of which knows the same people, and lets the
// same checks of the command loose on both.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createChecks } from "../lib/checks.ts";
import { REGION } from "@imagetags/testing/keystone/start-keystone";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { imageApi } from "../lib/image-api.ts";
import { startBesideGlance } from "../lib/beside-glance.ts";
import { cloudChecks } from "./cloud.ts";
import { imagetagsIn } from "./lib/imagetags.ts";
import { tagChecks } from "./tags.ts";

const checks = createChecks();
try {
  await using beside = await startBesideGlance();
  const { keystone, glance, server } = beside;
  await keystone.registerService({ type: "image", name: "glance", url: glance.url });
  using folder = temporaryFolder("cli");

  const person = await keystone.user({ project: "alpha", roles: ["member"] });
  const auth = {
    auth_url: keystone.url,
    username: person.name,
    password: person.password,
    project_name: person.project.name,
    user_domain_name: "Default",
    project_domain_name: "Default",
  };
  const clouds = {
    // Glance is found in the catalog; the server is not in it.
    glance: { auth, region_name: REGION },
    server: { auth, region_name: REGION, image_endpoint_override: server.url },
  };
  // JSON is YAML.
  writeFileSync(join(folder.path, "clouds.yaml"), JSON.stringify({ clouds }));

  const token = await person.token();
  for (const { cloud, name, url } of [
    { cloud: "glance", name: "Glance", url: glance.url },
    { cloud: "server", name: "the server", url: server.url },
  ]) {
    const imagetags = imagetagsIn(folder.path, { OS_CLOUD: cloud });
    await tagChecks({ checks, name, imagetags, api: imageApi(name, url, token), project: person.project.id });
  }
  await cloudChecks({ checks, folder: folder.path, person, serverUrl: server.url });
} catch (error) {
  checks.fail("the checks run to their end", error);
}
process.exitCode = checks.finish();
