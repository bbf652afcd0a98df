// The tag methods of openstacksdk, which Python itself has to call.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "./lib/run-command.ts";
import { GAMMA, type Setting } from "./lib/server.ts";

const PROGRAM = fileURLToPath(new URL("sdk-tags.py", import.meta.url));

/** The program prints `ok - NAME` or `FAILED - NAME: WHY` for each check. */
export async function sdkChecks({ checks: { pass, fail, check }, server, folder }: Setting): Promise<void> {
  const home = join(folder, "home-sdk");
  mkdirSync(home);
  const environment = { HOME: home, IMAGE_ENDPOINT: `${server.url}/v2`, TOKEN: GAMMA.token };
  const { code, stdout, stderr } = await runCommand("/usr/bin/python3", [PROGRAM], environment);
  for (const line of stdout.split("\n")) {
    const [, verdict, name, why] = /^(ok|FAILED) - (.*?)(?:: (.*))?$/.exec(line) ?? [];
    if (verdict === "ok") pass(`openstacksdk ${name}`);
    if (verdict === "FAILED") fail(`openstacksdk ${name}`, why);
  }
  await check("openstacksdk: the program ran to its end", () => {
    if (!stdout.endsWith("\nend\n")) throw new Error(`exit code ${code}\n${stdout}${stderr}`);
  });
}
