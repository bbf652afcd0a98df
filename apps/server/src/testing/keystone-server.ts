import { StandInKeystone, type StandInOptions } from "@imagetags/testing/keystone/stand-in-keystone";
import { readConfig } from "../config/config.ts";
import type { KeystoneConfig } from "../config/keystone-settings.ts";
import { withImpliedRoles } from "../identity/roles.ts";
import { CALLERS, startTestServer, type TestServer } from "./test-server.ts";

/** Starts a stand-in that knows the callers of the tests by their tokens, with all roles that theirs imply. */
export async function startKeystone(options: StandInOptions = {}): Promise<StandInKeystone> {
  const keystone = await StandInKeystone.start(options);
  keystone.know("system_admin", {
    userId: "sysadmin",
    projectId: null,
    system: true,
    roles: [...withImpliedRoles(["admin"])],
  });
  for (const [name, { user_id: userId, project_id: projectId, roles }] of Object.entries(CALLERS)) {
    keystone.know(name.toLowerCase(), { userId, projectId, roles: [...withImpliedRoles(roles)] });
  }
  return keystone;
}

/** How a Keystone is asked with these settings. */
export function keystoneConfig(settings: Readonly<Record<string, string>>): KeystoneConfig {
  const { keystone } = readConfig(settings);
  if (keystone === undefined) throw new Error("The settings name no Keystone.");
  return keystone;
}

/** Starts a server that knows the callers of the tests by a Keystone of its own, which stops with it. */
export async function startKeystoneServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<TestServer & { readonly keystone: StandInKeystone }> {
  const keystone = await startKeystone();
  const server = await startTestServer({ env: { ...keystone.env, ...settings } });
  return {
    ...server,
    keystone,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await keystone[Symbol.asyncDispose]();
    },
  };
}
