// Adds up what a CI run did and prints it as the run's last line. Each test counts as one, and so
// do each step of the check and the bench. A stage that failed without saying what in it failed
// counts as one failure, and so does a test stage in which nothing ran.
// usage: ci-summary.mjs STAGE=EXIT_CODE...
import { readFileSync } from "node:fs";

const counters = { check: checkSteps, test: tests };
const total = { passed: 0, failed: 0, skipped: 0 };

for (const argument of process.argv.slice(2)) {
  const [stage, exitCode] = argument.split("=");
  const count = { passed: 0, failed: 0, skipped: 0, ...counters[stage]?.() };
  if (counters[stage] === undefined && exitCode === "0") count.passed = 1;
  if (count.failed === 0 && (exitCode !== "0" || count.passed === 0)) count.failed = 1;
  console.log(`${stage}: ${sentence(count)}`);
  for (const key of Object.keys(total)) total[key] += count[key];
}

console.log(sentence(total));
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

function checkSteps() {
  const steps = report("check.json") ?? [];
  const passed = steps.filter(({ ok }) => ok).length;
  return { passed, failed: steps.length - passed };
}

/** A file that failed outside of its tests, as when it could not be loaded, counts as one failure. */
function tests() {
  const result = report("vitest.json");
  if (result === undefined) return {};
  const outside = result.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  );
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + outside.length,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

function report(name) {
  try {
    return JSON.parse(readFileSync(new URL(`../.ci/out/${name}`, import.meta.url), "utf8"));
  } catch {
    return undefined;
  }
}

function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
