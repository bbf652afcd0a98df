import { startServer } from "@imagetags/testing/server/start-server";

/**
 * What every group of checks is given.
 * @typedef {object} Setting
 * @property {import("../lib/checks.mjs").Checks} checks
 * @property {Awaited<ReturnType<typeof import("../lib/keystone.mjs").startKeystone>>} keystone
 * @property {import("../lib/keystone-people.mjs").Person} service whom servers log in as
 * @property {AsyncDisposableStack} stack of what is stopped in the end
 */

/**
 * Starts a server that asks the Keystone; it is stopped in the end.
 * @param {Pick<Setting, "service" | "stack">} setting
 * @param {Record<string, string>} [settings]
 */
export async function startAsking({ service, stack }, settings = {}) {
  // On a busy machine Keystone is slow, which is not what most checks are about.
  const patience = { IMAGETAGS_KEYSTONE_CONNECT_TIMEOUT: "30", IMAGETAGS_KEYSTONE_TIMEOUT: "60" };
  const ours = { IMAGETAGS_AUTH: "keystone", ...patience, ...service.environment, ...settings };
  return stack.use(await startServer({ settings: ours }));
}
