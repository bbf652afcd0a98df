import { parseArgs } from "node:util";
import { ConfigError } from "../../config/config.ts";
import { askPolicy } from "../../images/access/ask-policy.ts";
import { Policy } from "../../policy/policy.ts";
import type { RuleSet } from "../../policy/rule-set.ts";
import { isServed, servedRuleNames, type RuleName } from "../../policy/served-rules.ts";
import { readCallerFile } from "./caller-file.ts";
import { readImageFile } from "./image-file.ts";

const USAGE = "policy check --token-file FILE --image FILE [--member] [--rule NAME]";

/**
 * Tells for each rule, or for one, whether the bearer of a token may do to an image what it guards, and what a
 * refused request would be told. Returns the exit code: 1 when the one rule that was named refuses.
 */
export function checkPolicy(rules: RuleSet, args: readonly string[]): number {
  const { values } = parseArgs({
    args: [...args],
    options: {
      "token-file": { type: "string" },
      image: { type: "string" },
      member: { type: "boolean", default: false },
      rule: { type: "string" },
    },
  });
  const { "token-file": tokenFile, image: imageFile, rule } = values;
  if (tokenFile === undefined || imageFile === undefined) {
    throw new ConfigError(`A token and an image are needed: ${USAGE}`);
  }
  const names = rule === undefined ? servedRuleNames() : [toRuleName(rule)];
  const caller = readCallerFile(tokenFile);
  const image = readImageFile(imageFile, values.member);
  const policy = new Policy(rules);
  const refusals = names.map((name) => ({ name, refused: askPolicy(policy, name, caller, image) }));
  const width = Math.max(...names.map((name) => name.length));
  for (const { name, refused } of refusals) {
    const answer = refused === undefined ? "allowed" : `denied   ${refused.message}`;
    process.stdout.write(`${name.padEnd(width)}  ${answer}\n`);
  }
  return rule !== undefined && refusals.some(({ refused }) => refused !== undefined) ? 1 : 0;
}

function toRuleName(name: string): RuleName {
  if (isServed(name)) return name;
  throw new ConfigError(`--rule ${name} is none of: ${servedRuleNames().join(", ")}`);
}
