// Runs Glance's functional tests. With --write, their part of docs/compatibility.md is written and not compared.
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { createChecks } from "../lib/checks.ts";
import { holdToWhatIsServed } from "../lib/compatibility.ts";
import { runGlanceTests } from "./lib/run-glance-tests.ts";
import { MODULES, NOT_SERVED } from "./glance-tests-not-served.ts";

const checks = createChecks();
try {
  const outcomes = await runGlanceTests(MODULES);
  const installed = await runToEnd("dpkg-query", ["-W", "-f", "${Version}", "python3-glance"]);
  const version = installed.replace(/^\d+:/, "").replace(/-.*/, "");
  await holdToWhatIsServed(checks, {
    heading: "Glance's functional tests",
    run: "glance-functional",
    about:
      `Those of Glance ${version}, as Debian packages it, that ask a server for images, members, schemas, versions and\n` +
      "health, each on a server of its own over SQLite. The callers whom they make up are tokens of a tokens file. Left\n" +
      "out are the modules on metadata definitions, tasks, the cache and import, which are not served, and those on\n" +
      "Glance's own process, database and client, which ask no server.",
    prefix: "glance.tests.functional.",
    outcomes,
    notServed: NOT_SERVED,
  });
} catch (error) {
  checks.fail("the tests run to their end", error);
}
process.exitCode = checks.finish();
