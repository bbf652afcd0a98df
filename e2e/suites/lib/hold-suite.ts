import assert from "node:assert/strict";
import type { Checks } from "../../lib/checks.ts";
import { holdToWhatIsServed, type Outcome, type Suite } from "../../lib/compatibility.ts";
import type { Place, Places } from "./places.ts";

/** What others wrote against the Image API, or what asks with a library of theirs. */
export interface SuiteOfOthers extends Omit<Suite, "run" | "outcomes"> {
  /** Runs it at a place; resolves with how each test ended. */
  readonly outcomesAt: (place: Place) => Promise<Outcome[]>;
}

/**
 * Runs a suite at all places at once. At the server alone it is held to what is served, which must pass at Glance too, or
 * the test would say nothing; through the front passes what passes at Glance.
 */
export async function holdSuite(
  checks: Checks,
  { glance, alone, front }: Places,
  suite: SuiteOfOthers,
): Promise<void> {
  const { heading, about, notServed, outcomesAt } = suite;
  const [atGlance, outcomes, throughFront] = await Promise.all([glance, alone, front].map(outcomesAt));
  if (atGlance === undefined || outcomes === undefined || throughFront === undefined) return;
  const failed = atGlance.filter(({ status }) => status !== "passed");
  const passed = atGlance.filter(({ status }) => status === "passed");
  for (const { name } of passed) {
    await checks.check(`${heading}: ${name}, through the front as at Glance`, () => {
      const found = throughFront.find((outcome) => outcome.name === name);
      assert.equal(found?.status, "passed", found?.said);
    });
  }
  await checks.check(`${heading}: what is served passes at Glance too`, () => {
    const wanting = notServed.flatMap(({ tests }) => tests);
    const odd = failed.filter(({ name }) => !wanting.some((beginning) => name.startsWith(beginning)));
    assert.deepEqual(odd, []);
  });
  await holdToWhatIsServed(checks, {
    ...suite,
    about: `${about}\n${passed.length} of the tests pass at a real Glance, and the same through this server in front of it.`,
    run: "suites",
    outcomes,
  });
}
