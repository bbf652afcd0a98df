// Runs what others wrote against the Image API, at three places. With --write, its parts of docs/compatibility.md are
// written and not compared.
import { createChecks } from "../lib/checks.ts";
import { gophercloud } from "./gophercloud.ts";
import { holdSuite } from "./lib/hold-suite.ts";
import { startPlaces } from "./lib/places.ts";

const checks = createChecks();
try {
  await using places = await startPlaces();
  await using ofGophercloud = await gophercloud();
  await holdSuite(checks, places, ofGophercloud);
} catch (error) {
  checks.fail("the suites run to their end", error);
}
process.exitCode = checks.finish();
