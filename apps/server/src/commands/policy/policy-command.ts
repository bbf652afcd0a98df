import { readConfig } from "../../config/config.ts";
import { inFile, readSoundPolicyFile } from "../../policy/policy-file.ts";
import { RuleSet } from "../../policy/rule-set.ts";
import { samplePolicy } from "../../policy/sample-policy.ts";
import { checkPolicy } from "./check-policy.ts";
import type { Command } from "../command.ts";
import { noArguments } from "../no-arguments.ts";

/** Prints the policy in force, or tells what a token may do to an image by it. */
export const policyCommand: Command = {
  name: "policy",
  summary: 'print the policy in force; "policy check" tells what a token may do to an image',
  async run([first, ...rest], env) {
    const { policyFile } = readConfig(env);
    const rules = policyFile === undefined ? new RuleSet() : readSoundPolicyFile(policyFile);
    for (const note of rules.notes) process.stderr.write(`${inFile(policyFile ?? "", note)}\n`);
    if (first === "check") return checkPolicy(rules, rest);
    noArguments("policy", first === undefined ? [] : [first, ...rest]);
    process.stdout.write(samplePolicy(rules));
    return 0;
  },
};
