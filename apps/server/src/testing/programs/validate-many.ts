// This validates TOKEN with Keystone once, and then from the cache as often as it is told, between two marks.
import { writeSync } from "node:fs";
import { readConfig } from "../../config/config.ts";
import { KeystoneTokens } from "../../identity/keystone/keystone-tokens.ts";

const { keystone } = readConfig({ ...process.env, TOKEN: undefined });
if (keystone === undefined) throw new Error("Set IMAGETAGS_AUTH=keystone.");
const tokens = new KeystoneTokens(keystone, {
  warn: (line: unknown) => void process.stderr.write(`${JSON.stringify(line)}\n`),
});
const token = process.env["TOKEN"] ?? "";
const use = { serviceToken: undefined, method: "DELETE", path: "/v2/images/i/tags/t" };
const caller = await tokens.validate(token, use);
if (caller === undefined) throw new Error("The token is not valid.");

function validate(times: number): void {
  for (let time = 0; time < times; time += 1) {
    if (tokens.validate(token, use) !== caller) throw new Error("It was not answered from the cache.");
  }
}

validate(50_000);
writeSync(1, "begin\n");
validate(Number(process.argv[2]));
writeSync(1, "end\n");
await tokens.close();
