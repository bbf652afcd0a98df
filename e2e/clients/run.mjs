// Starts a server, lets every group of checks loose on it, and says in the end how many held.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogChecks } from "./catalog.mjs";
import { glanceChecks } from "./glance-cli.mjs";
import { createChecks } from "../lib/checks.mjs";
import { startServer } from "./lib/server.mjs";
import { openstackChecks } from "./openstack-cli.mjs";
import { sdkChecks } from "./sdk.mjs";

const folder = mkdtempSync(join(tmpdir(), "imagetags-clients-"));
const checks = createChecks();
let server;
try {
  server = await startServer(folder);
  const setting = { checks, server, folder };
  // Side by side, since a command takes a second or two, and in projects of their own.
  await Promise.all([
    openstackChecks(setting),
    (async () => {
      await glanceChecks(setting);
      await sdkChecks(setting);
      await catalogChecks(setting);
    })(),
  ]);
} catch (error) {
  checks.fail("the checks run to their end", error);
} finally {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = checks.finish();
