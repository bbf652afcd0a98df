// Validates TOKEN with Keystone once and then as often as it is told from the cache, between two marks.
import { writeSync } from "node:fs";
import { readConfig } from "../../apps/server/dist/config/config.js";
import { KeystoneTokens } from "../../apps/server/dist/identity/keystone/keystone-tokens.js";

const { keystone } = readConfig({ ...process.env, TOKEN: undefined });
if (keystone === undefined) throw new Error("Set IMAGETAGS_AUTH=keystone.");
const tokens = new KeystoneTokens(keystone, { warn: (/** @type {unknown} */ line) => console.error(line) });
const token = process.env["TOKEN"] ?? "";
const use = { serviceToken: undefined, method: "DELETE", path: "/v2/images/i/tags/t" };
const caller = await tokens.validate(token, use);
if (caller === undefined) throw new Error("The token is not valid.");

/** @param {number} times */
function validate(times) {
  for (let time = 0; time < times; time += 1) {
    if (tokens.validate(token, use) !== caller) throw new Error("It was not answered from the cache.");
  }
}

validate(50_000);
writeSync(1, "begin\n");
validate(Number(process.argv[2]));
writeSync(1, "end\n");
await tokens.close();
