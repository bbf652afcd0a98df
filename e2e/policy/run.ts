// Decides random rules with the server's own evaluator and with oslo.policy, and compares.
// usage: run.ts [SEED [COUNT]]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { randomCases } from "./random-cases.ts";

const OSLO = fileURLToPath(new URL("oslo.py", import.meta.url));
const OURS = fileURLToPath(
  new URL("../../apps/server/src/testing/programs/decide-rules.ts", import.meta.url),
);

const seed = Number(process.argv[2] ?? Date.now() % 2 ** 32);
const cases = [...randomCases(seed, Number(process.argv[3] ?? 20_000))];

const theirs = decisionsOf("/usr/bin/python3", OSLO);
const ours = decisionsOf(process.execPath, OURS);

const counts: Record<string, number> = {};
const different: unknown[] = [];
for (const [index, one] of cases.entries()) {
  const mine = String(ours[index]);
  counts[mine] = (counts[mine] ?? 0) + 1;
  // oslo.policy may notice a mistake only when it decides, where this evaluator refuses it as it reads.
  const agreed = mine === String(theirs[index]) || (mine === "refused" && theirs[index] === "raised");
  if (!agreed) different.push({ ...one, mine, theirs: theirs[index] });
}

for (const one of different.slice(0, 5)) console.log(JSON.stringify(one));
const outcomes = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
const whole = theirs.length === cases.length && ours.length === cases.length && outcomes.length === 3;
const claim = `${cases.length} random rules of seed ${seed} are decided as by oslo.policy (${outcomes.join(", ")})`;
const held = whole && different.length === 0;
console.log(`${held ? "ok" : "FAILED"} - ${claim}${held ? "" : `: ${different.length} are not`}`);
console.log(held ? "1 passed, 0 failed" : "0 passed, 1 failed");
process.exitCode = held ? 0 : 1;

/** What a program decides of each case. */
function decisionsOf(command: string, program: string): unknown[] {
  const input = cases.map((one) => `${JSON.stringify(one)}\n`).join("");
  const { stdout, stderr, status } = spawnSync(command, [program], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`${program} could not be asked: ${stderr}`);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
}
