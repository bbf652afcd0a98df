// This decides rules of oslo.policy's language with the server's own evaluator. Each line of standard input is
// a case in JSON, and is answered by a line with `true`, `false` or `"refused"`.
import { createInterface } from "node:readline";
import { z } from "zod";
import { compileCheck, type Decision } from "../../policy/compile-check.ts";
import { parseRule } from "../../policy/parse-rule.ts";
import { PolicySyntaxError } from "../../policy/policy-syntax-error.ts";

const rule = z.union([z.string(), z.array(z.union([z.string(), z.array(z.string())]))]);

const ruleCase = z.object({
  rule,
  rules: z.record(z.string(), rule),
  creds: z.looseObject({ user_id: z.string(), project_id: z.string(), roles: z.array(z.string()) }),
  target: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

function decide({ rule: asked, rules, creds, target }: z.infer<typeof ruleCase>): unknown {
  const { user_id: userId, project_id: projectId, roles, ...attributes } = creds;
  const caller = { userId, projectId, roles: new Set(roles), attributes };
  const known = { attribute: (name: string) => (Object.hasOwn(target, name) ? target[name] : undefined) };
  const compiled = (text: z.infer<typeof rule>): Decision =>
    compileCheck(parseRule(text), (name) => (name in rules ? compiled(rules[name] ?? "") : () => false));
  try {
    return compiled(asked)(caller, known);
  } catch (error) {
    if (error instanceof PolicySyntaxError) return "refused";
    throw error;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(decide(ruleCase.parse(JSON.parse(line))))}\n`);
}
