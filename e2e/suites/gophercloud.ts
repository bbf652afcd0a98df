// gophercloud: its own acceptance tests, and a program that asks with it what these leave out.
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import type { Outcome } from "../lib/compatibility.ts";
import type { SuiteOfOthers } from "./lib/hold-suite.ts";
import type { Place } from "./lib/places.ts";
import { readVerdicts } from "./lib/read-verdicts.ts";
import { packageVersion } from "./lib/package-version.ts";

const ACCEPTANCE = "github.com/gophercloud/gophercloud/acceptance/openstack/imageservice/v2";

/** They look at no error, so they pass anywhere. */
const SAY_NOTHING = ["TestImagesListEachPage", "TestTasksListEachPage"];

const PROGRAM = fileURLToPath(new URL("programs/gophercloud.go", import.meta.url));

/** Compiles both, against the libraries that Debian installs. `used` is stopped in the end. */
export async function gophercloud(used: AsyncDisposableStack): Promise<SuiteOfOthers> {
  const folder = used.use(temporaryFolder("gophercloud"));
  const elsewhere = used.use(await startElsewhere());
  const env = {
    HOME: folder.path,
    GOCACHE: folder.at("cache"),
    GOPATH: "/usr/share/gocode",
    GO111MODULE: "off",
  };
  const go = (...args: string[]) => runToEnd("go", args, { env, folder: folder.path });
  await go("build", "-o", folder.at("program"), PROGRAM);
  await go("test", "-c", "-tags", "acceptance", "-o", folder.at("acceptance"), ACCEPTANCE);

  const version = await packageVersion("golang-github-gophercloud-gophercloud-dev");
  return {
    heading: "gophercloud",
    about:
      `The acceptance tests of gophercloud ${version} for the Image API, and a program of \`e2e/suites\` that calls what they leave\n` +
      `out. Two that look at no error are not counted (${SAY_NOTHING.map((name) => `\`${name}\``).join(", ")}).`,
    prefix: "gophercloud.",
    outcomesAt: async (place) => [
      ...(await acceptance(folder.at("acceptance"), elsewhere.url, place)),
      ...readVerdicts(
        await runToEnd(folder.at("program"), [], { env: { ...place.owner, ...place.member }, limit: 60_000 }),
      ),
    ],
    notServed: [
      {
        tests: ["acceptance.TestImageStage", "acceptance.TestCreateImport", "acceptance.TestTask"],
        feature: "Staging, import and its tasks",
        reason: "Data is uploaded with `PUT /v2/images/{image_id}/file`; `/v2/info/import` names no method.",
      },
    ],
  };
}

/** The acceptance tests are an admin's. What they fetch from the network is played. */
async function acceptance(
  program: string,
  proxy: string,
  { admin, adminToken, url }: Place,
): Promise<Outcome[]> {
  // One of them needs an image that is there before.
  const made = await fetch(`${url}/v2/images`, {
    method: "POST",
    headers: { "X-Auth-Token": await adminToken(), "Content-Type": "application/json" },
    body: JSON.stringify({ name: "there before" }),
  });
  if (made.status !== 201) throw new Error(`No image can be made at ${url}: ${made.status}`);
  const printed = await runToEnd("bash", ["-c", '"$0" -test.v || [ $? = 1 ]', program], {
    env: { ...admin, OS_DOMAIN_NAME: "Default", HTTP_PROXY: proxy },
    limit: 60_000,
  });
  const verdicts = [...printed.matchAll(/^--- (PASS|FAIL|SKIP): (\S+) .*\n((?: {4}.*\n)*)/gm)];
  const statuses = { PASS: "passed", FAIL: "failed", SKIP: "skipped" } as const;
  return verdicts
    .filter(([, , name = ""]) => !SAY_NOTHING.includes(name))
    .map(([, verdict = "", name = "", said = ""]) => ({
      name: `acceptance.${name}`,
      status: verdict === "PASS" || verdict === "SKIP" ? statuses[verdict] : statuses.FAIL,
      said,
    }));
}

/** A proxy that answers every request for anything elsewhere with a few bytes. */
async function startElsewhere(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((_request, response) => response.end("an image"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
