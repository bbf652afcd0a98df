import type { Outcome } from "./run-tempest.ts";

/** Features whose tests are not expected to pass. */
type NotServed = { tests: string[]; feature: string; reason: string }[];

/** The feature for want of which a test is not expected to pass, if there is one. */
export function missingFeature(name: string, notServed: NotServed) {
  return notServed.find(({ tests }) => tests.some((beginning) => name.startsWith(beginning)));
}

/** docs/compatibility.md. */
export function describeCompatibility({
  version,
  prefix,
  outcomes,
  notServed,
}: {
  version: string;
  prefix: string;
  outcomes: Outcome[];
  notServed: NotServed;
}) {
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
  return `# Compatibility

Written by \`e2e/tempest\` from a run of tempest ${version}, the acceptance tests of OpenStack, as Debian packages it,
on this server over SQLite with a real Keystone. CI runs it anew and compares.

Of the ${outcomes.length} tests of the Image API (\`${prefix.slice(0, -1)}\`), the ${passed.length} below pass and ${outcomes.length - served.length} are about features
that are not served. There is no third kind: such a run fails.

## What passes

| \`${prefix}…\` | tests |
|---|---|
${passedRows.join("\n")}

## What is not served

| feature | tests | why |
|---|---|---|
${notServedRows.join("\n")}
`;
}
