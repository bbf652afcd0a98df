import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { SERVER } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import type { Outcome } from "../../lib/compatibility.ts";
import { servedRules } from "../../lib/served-rules.ts";

const RUNNER = fileURLToPath(new URL("run-tests.py", import.meta.url));
const AT_ONCE = 2;
const LIMIT_MS = 900_000;

/** What Glance's tests read from `glance/tests/etc`, which Debian's package lacks: nothing is set by them. */
const FILES = {
  "policy.yaml": "{}",
  "schema-image.json": "{}",
  "property-protections.conf": "",
  "property-protections-policies.conf": "",
};

const outcomeOfTest = z.object({
  name: z.string(),
  status: z.enum(["passed", "failed", "skipped"]),
  said: z.string(),
});

/**
 * Runs the tests of modules of `glance.tests.functional`, each on servers of its own, a few at once. Returns in
 * order of their names.
 */
export async function runGlanceTests(modules: readonly string[]): Promise<Outcome[]> {
  using folder = temporaryFolder("glance-functional");
  const data = folder.at("glance", "tests", "etc");
  mkdirSync(data, { recursive: true });
  for (const [name, text] of Object.entries(FILES))
    writeFileSync(folder.at("glance", "tests", "etc", name), text);
  const env = {
    HOME: folder.path,
    IMAGETAGS_NODE: process.execPath,
    IMAGETAGS_SERVER: SERVER,
    IMAGETAGS_RULES: Object.keys(await servedRules()).join(","),
    // Today's defaults of Glance's rules, which are this server's.
    OS_GLANCE_TEST_RBAC_DEFAULTS: "1",
  };
  const python = (args: readonly string[], input?: string): Promise<string> =>
    runToEnd("/usr/bin/python3", [RUNNER, ...args], {
      env,
      folder: folder.path,
      limit: LIMIT_MS,
      ...(input !== undefined && { input }),
    });
  const names = (await python(["list", ...modules])).trim().split("\n").toSorted();
  const shares = Array.from({ length: AT_ONCE }, (_, share) =>
    names.filter((_name, index) => index % AT_ONCE === share),
  );
  const printed = await Promise.all(shares.map((share) => python(["run"], share.join("\n"))));
  return printed
    .flatMap((lines) => lines.trim().split("\n"))
    .map((line) => outcomeOfTest.parse(JSON.parse(line)))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
