// Decides random rules with the server's own evaluator and with oslo.policy, and compares.
// usage: run.mjs [SEED [COUNT]]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { compileCheck } from "../../apps/server/dist/policy/compile-check.js";
import { parseRule } from "../../apps/server/dist/policy/parse-rule.js";
import { PolicySyntaxError } from "../../apps/server/dist/policy/policy-syntax-error.js";
import { randomCases } from "./random-cases.mjs";

const seed = Number(process.argv[2] ?? Date.now() % 2 ** 32);
const cases = [...randomCases(seed, Number(process.argv[3] ?? 20_000))];

const { stdout, stderr, status } = spawnSync(
  "/usr/bin/python3",
  [fileURLToPath(new URL("oslo.py", import.meta.url))],
  { input: cases.map((one) => `${JSON.stringify(one)}\n`).join(""), encoding: "utf8", maxBuffer: 2 ** 26 },
);
if (status !== 0) throw new Error(`oslo.policy could not be asked: ${stderr}`);
const theirs = stdout
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line));

const counts = {};
const different = [];
for (const [index, one] of cases.entries()) {
  const mine = decide(one);
  counts[mine] = (counts[mine] ?? 0) + 1;
  // What is refused here when it is read, oslo.policy may only find out when it is asked.
  const agreed = mine === theirs[index] || (mine === "refused" && theirs[index] === "raised");
  if (!agreed) different.push({ ...one, mine, theirs: theirs[index] });
}

for (const one of different.slice(0, 5)) console.log(JSON.stringify(one));
const outcomes = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
const whole = theirs.length === cases.length && outcomes.length === 3;
const claim = `${cases.length} random rules of seed ${seed} are decided as by oslo.policy (${outcomes.join(", ")})`;
const held = whole && different.length === 0;
console.log(`${held ? "ok" : "FAILED"} - ${claim}${held ? "" : `: ${different.length} are not`}`);
console.log(held ? "1 passed, 0 failed" : "0 passed, 1 failed");
process.exitCode = held ? 0 : 1;

function decide({ rule, rules, creds, target }) {
  const { user_id: userId, project_id: projectId, roles, ...attributes } = creds;
  const caller = { userId, projectId, roles: new Set(roles), attributes };
  const known = { attribute: (name) => (Object.hasOwn(target, name) ? target[name] : undefined) };
  const compiled = (text) =>
    compileCheck(parseRule(text), (name) => (name in rules ? compiled(rules[name]) : () => false));
  try {
    return compiled(rule)(caller, known);
  } catch (error) {
    if (error instanceof PolicySyntaxError) return "refused";
    throw error;
  }
}
