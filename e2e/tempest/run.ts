// Runs tempest's tests of the Image API. With --write, docs/compatibility.md is written and not compared.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createChecks } from "../lib/checks.ts";
import { startKeystone } from "@imagetags/testing/keystone/start-keystone";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { startServer } from "@imagetags/testing/server/start-server";
import { describeCompatibility, missingFeature } from "./lib/compatibility.ts";
import { runTempest } from "./lib/run-tempest.ts";
import { NOT_SERVED } from "./not-served.ts";

const PREFIX = "tempest.api.image.v2.";
const DOCUMENT = new URL("../../docs/compatibility.md", import.meta.url);

const checks = createChecks();
try {
  await using keystone = await startKeystone();
  const service = await keystone.serviceUser("imagetags");
  await using server = await startServer({
    settings: { IMAGETAGS_AUTH: "keystone", ...service.environment },
  });
  await keystone.registerService({ type: "image", name: "imagetags", url: server.url });

  const outcomes = await runTempest(keystone, PREFIX);
  for (const { name, status, said } of outcomes) {
    const missing = missingFeature(name, NOT_SERVED);
    await checks.check(missing === undefined ? name : `${name} is not served: ${missing.feature}`, () => {
      if (missing === undefined) assert.equal(status, "passed", `${status}: ${said}`);
      else assert.notEqual(status, "passed", "It passes, so it no longer belongs into not-served.ts.");
    });
  }
  const version = (await runToEnd("tempest", ["--version"])).trim().replace("tempest ", "");
  const text = describeCompatibility({ version, prefix: PREFIX, outcomes, notServed: NOT_SERVED });
  if (process.argv.includes("--write")) writeFileSync(DOCUMENT, text);
  await checks.check("docs/compatibility.md says what this run found", () => {
    assert.equal(readFileSync(DOCUMENT, "utf8"), text, "Write it anew: bash e2e/tempest/run.sh --write");
  });
} catch (error) {
  checks.fail("the tests run to their end", error);
}
process.exitCode = checks.finish();
