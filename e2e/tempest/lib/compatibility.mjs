/** @typedef {import("./run-tempest.mjs").Outcome} Outcome */

/**
 * Features whose tests are not expected to pass.
 * @typedef {{ tests: string[], feature: string, reason: string }[]} NotServed
 */

/**
 * The feature for want of which a test is not expected to pass, if there is one.
 * @param {string} name
 * @param {NotServed} notServed
 */
export function missingFeature(name, notServed) {
  return notServed.find(({ tests }) => tests.some((beginning) => name.startsWith(beginning)));
}

/**
 * docs/compatibility.md.
 * @param {{ version: string, prefix: string, outcomes: Outcome[], notServed: NotServed }} run
 */
export function describeCompatibility({ version, prefix, outcomes, notServed }) {
  const wanting = (/** @type {Outcome} */ { name }) => missingFeature(name, notServed);
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
