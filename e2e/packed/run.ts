// Uses the packed packages as a stranger does, on every Node that they are for. See run.sh.
import { freePort } from "@imagetags/testing/free-port";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { strict as assert } from "node:assert";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { blocksOf, runPage } from "../docs/run-page.ts";
import { createChecks } from "../lib/checks.ts";
import { checkPage } from "./check-page.ts";
import { checkTypes } from "./check-types.ts";
import { checkClient, checkCommand, checkServer } from "./check-programs.ts";
import { nodeOf, versionsFor } from "./nodes.ts";
import { npm } from "./npm.ts";
import { startPackedServer } from "./packed-server.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const tarballs = globSync(`${root}packed/*.tgz`);
const enginesOf = (folder: string): string => {
  const manifest: { engines: { node: string } } = JSON.parse(
    readFileSync(`${root}${folder}/package.json`, "utf8"),
  );
  return manifest.engines.node;
};

const checks = createChecks();
using folder = temporaryFolder("packed");
try {
  const forServer = new Set(versionsFor(enginesOf("apps/server")));
  const forAll = versionsFor(enginesOf("packages/client"));
  for (const engines of [enginesOf("packages/contract"), enginesOf("apps/cli")]) {
    if (engines !== enginesOf("packages/client"))
      throw new Error(`The engines ${engines} are another package's.`);
  }

  const installed = new Map<string, { node: string; at: string }>();
  for (const version of new Set([...forAll, ...forServer])) {
    await checks.check(`npm installs the packages on Node ${version}`, async () => {
      const node = await nodeOf(version);
      const at = folder.at(version);
      const wanted = forServer.has(version) ? tarballs : tarballs.filter((file) => !file.includes("server"));
      // With this npm refuses a package that is not for this Node.
      await npm(node, folder.path, ["install", "--engine-strict", "--prefix", at, ...wanted]);
      installed.set(version, { node, at });
    });
  }

  const [lowest = ""] = forServer;
  const known = installed.get(lowest);
  if (known === undefined) throw new Error("There is no server for the rest to talk to.");
  await using server = await startPackedServer(known.node, known.at, folder.at("server"));
  for (const [version, { node, at }] of installed) {
    if (forServer.has(version)) {
      await checks.check(`Node ${version}: the server heeds its environment`, () =>
        checkServer(node, at, folder.at(`server-${version}`)),
      );
    }
    await checks.check(`Node ${version}: the client removes a tag, imported and required`, () =>
      checkClient(node, at, server),
    );
    await checks.check(`Node ${version}: the command removes a tag`, () => checkCommand(node, at, server));
  }

  const project = folder.at("project");
  mkdirSync(project);
  writeFileSync(folder.at("project", "package.json"), JSON.stringify({ type: "module" }));
  await checks.check("npm installs the packages beside TypeScript 5.9, TypeScript 7 and Vite", () => {
    const packages = tarballs.filter((file) => /-(contract|client)-\d/.test(file));
    const tools = [
      "typescript-5.9@npm:typescript@5.9",
      "typescript-7@npm:typescript@7",
      "vite@8",
      "@types/node@24",
    ];
    return npm(process.execPath, folder.path, ["install", "--prefix", project, ...packages, ...tools]);
  });
  await checkTypes(checks, project, root);
  await checks.check("a page that Vite built removes a tag in Chromium", () => checkPage(project, server));
  await checks.check("the console blocks of docs/installing.md print what the page says", async () => {
    using place = temporaryFolder("installing");
    const page = "docs/installing.md";
    const port = await freePort();
    const { mistakes } = await runPage(page, blocksOf(page), { folder: place.path, port, installs: true });
    assert.equal(mistakes.join("\n\n"), "");
  });
} catch (error) {
  checks.fail("the checks run to their end", error);
}
process.exitCode = checks.finish();
