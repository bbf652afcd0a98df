import { startServer } from "../lib/server.mjs";

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
  return stack.use(await startServer({ IMAGETAGS_AUTH: "keystone", ...service.environment, ...settings }));
}
