// Runs what others wrote against the Image API, at three places; `--only NAME` some of the suites alone. With --write,
// its parts of docs/compatibility.md are written and not compared.
import { parseArgs } from "node:util";
import { createChecks } from "../lib/checks.ts";
import { gophercloud } from "./gophercloud.ts";
import { holdSuite } from "./lib/hold-suite.ts";
import { startPlaces } from "./lib/places.ts";
import { cinder, fog, nova, openstacksdk } from "./programs-of-ours.ts";

const SUITES = { gophercloud, nova, cinder, fog, openstacksdk };

const checks = createChecks();
try {
  const { only } = parseArgs({
    options: { only: { type: "string", multiple: true }, write: { type: "boolean" } },
  }).values;
  const chosen = Object.entries(SUITES).filter(([name]) => only === undefined || only.includes(name));
  if (chosen.length === 0)
    throw new Error(`There is no suite ${only?.join()}: ${Object.keys(SUITES).join(", ")}.`);
  await using places = await startPlaces();
  await using used = new AsyncDisposableStack();
  for (const [, prepare] of chosen) await holdSuite(checks, places, await prepare(used));
} catch (error) {
  checks.fail("the suites run to their end", error);
}
process.exitCode = checks.finish();
