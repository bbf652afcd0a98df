import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import type { Checks } from "./checks.ts";

const DOCUMENT = new URL("../../docs/compatibility.md", import.meta.url);

/** How a test of another project's suite ended, and what it said of that. */
export interface Outcome {
  /** Without the suite's prefix, with dots between module, class and test. */
  readonly name: string;
  readonly status: "passed" | "failed" | "skipped";
  readonly said: string;
}

/** Features whose tests are not expected to pass. */
export type NotServed = readonly {
  /** The beginnings of their names. */
  readonly tests: readonly string[];
  readonly feature: string;
  readonly reason: string;
}[];

/** A suite of another project that was run on this server. */
export interface Suite {
  /** Its heading in the document, and the name of the run in this folder. */
  readonly heading: string;
  readonly run: string;
  /** Sentences on what was run, and how. */
  readonly about: string;
  /** What the names of all its tests begin with. */
  readonly prefix: string;
  readonly outcomes: readonly Outcome[];
  readonly notServed: NotServed;
  /** What the document says of tests that are not expected to pass, after their number, and of their features. */
  readonly unserved?: string;
  readonly whatIsNot?: string;
}

/** Holds each outcome to what is served: what is must pass, and what is not must not. */
export async function holdToServed(checks: Checks, suite: Suite): Promise<void> {
  for (const { name, status, said } of suite.outcomes) {
    const missing = missingFeature(name, suite.notServed);
    await checks.check(missing === undefined ? name : `${name} is not served: ${missing.feature}`, () => {
      if (missing === undefined) assert.equal(status, "passed", `${status}: ${said}`);
      else assert.notEqual(status, "passed", "It passes, so it is no longer among what is not served.");
    });
  }
}

/**
 * As {@link holdToServed}. Then holds the suite's part of docs/compatibility.md to them, or with `--write` writes it,
 * unless an outcome is not what is served.
 */
export async function holdToWhatIsServed(checks: Checks, suite: Suite): Promise<void> {
  await holdToServed(checks, suite);
  const found = readFileSync(DOCUMENT, "utf8");
  const text = withPart(found, suite.heading, describeSuite(suite));
  const isAsServed = suite.outcomes.every(
    ({ name, status }) => (status === "passed") === (missingFeature(name, suite.notServed) === undefined),
  );
  if (process.argv.includes("--write") && isAsServed) writeFileSync(DOCUMENT, text);
  await checks.check("docs/compatibility.md says what this run found", () => {
    assert.equal(readFileSync(DOCUMENT, "utf8"), text, `Write it anew: bash e2e/${suite.run}/run.sh --write`);
  });
}

/** The feature for want of which a test is not expected to pass, if there is one. */
function missingFeature(name: string, notServed: NotServed): NotServed[number] | undefined {
  return notServed.find(({ tests }) => tests.some((beginning) => name.startsWith(beginning)));
}

/** The document with another text under one of its headings. */
function withPart(document: string, heading: string, text: string): string {
  const parts = document.split(/^(?=## )/m);
  const own = `## ${heading}\n\n${text}`;
  const place = parts.findIndex((part) => part.startsWith(`## ${heading}\n`));
  const last = place === parts.length - 1;
  if (place === -1) return `${document}\n${own}`;
  return parts.with(place, last ? own : `${own}\n`).join("");
}

function describeSuite({
  about,
  run,
  prefix,
  outcomes,
  notServed,
  unserved = "are about what is not served",
  whatIsNot = "what is not served",
}: Suite): string {
  const wanting = ({ name }: Outcome) => missingFeature(name, notServed);
  const served = outcomes.filter((outcome) => wanting(outcome) === undefined);
  const passed = served.filter(({ status }) => status === "passed");
  const classes = Map.groupBy(passed, ({ name }) => name.replace(/\.[^.]*$/, ""));
  const passedRows = [...classes].map(([itsClass, tests]) => {
    const names = tests.map(({ name }) => `\`${name.slice(itsClass.length + 1)}\``);
    return `| \`${itsClass}\` | ${names.join(", ")} |`;
  });
  const notServedRows = notServed.map((each) => {
    const count = outcomes.filter((outcome) => wanting(outcome) === each).length;
    return `| ${each.feature} | ${count} | ${each.reason} |`;
  });
  const tests = `${outcomes.length} tests (\`${prefix.slice(0, -1)}\`)`;
  const table = `| \`${prefix}…\` | what passes |
|---|---|
${passedRows.join("\n")}
`;
  if (notServed.length === 0) return `${about}\n\nAll ${tests} pass.\n\n${table}`;
  return `${about}

Of the ${tests}, the ${passed.length} below pass and ${outcomes.length - served.length} ${unserved}; \`e2e/${run}\`
names them. There is no third kind: such a run fails.

${table}
| ${whatIsNot} | tests | why |
|---|---|---|
${notServedRows.join("\n")}
`;
}
