// Starts a server, lets every group of checks loose on it, and says in the end how many held.
import { catalogChecks } from "./catalog.ts";
import { glanceChecks } from "./glance-cli.ts";
import { createChecks } from "../lib/checks.ts";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { startServer } from "./lib/server.ts";
import { openstackChecks } from "./openstack-cli.ts";
import { libraryChecks } from "./libraries.ts";

const checks = createChecks();
try {
  using folder = temporaryFolder("clients");
  await using server = await startServer();
  const setting = { checks, server, folder: folder.path };
  // The groups run side by side, because a command takes a second or two. Each has a project of its own.
  await Promise.all([
    openstackChecks(setting),
    (async () => {
      await glanceChecks(setting);
      await libraryChecks(setting);
      await catalogChecks(setting);
    })(),
  ]);
} catch (error) {
  checks.fail("the checks run to their end", error);
}
process.exitCode = checks.finish();
