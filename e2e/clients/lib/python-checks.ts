import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "./run-command.ts";
import type { Setting } from "./server.ts";

/**
 * Runs a program of this folder that asks with a library of Python's. It prints `ok - NAME` or `FAILED - NAME: WHY` for
 * each of its checks, and `end`. `library` comes before their names.
 */
export async function pythonChecks(
  { checks: { pass, fail, check }, folder }: Setting,
  library: string,
  program: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const home = join(folder, `home-${library}`);
  mkdirSync(home);
  const path = fileURLToPath(new URL(`../${program}`, import.meta.url));
  const { code, stdout, stderr } = await runCommand("/usr/bin/python3", [path], {
    HOME: home,
    ...environment,
  });
  for (const line of stdout.split("\n")) {
    const [, verdict, name, why] = /^(ok|FAILED) - (.*?)(?:: (.*))?$/.exec(line) ?? [];
    if (verdict === "ok") pass(`${library} ${name}`);
    if (verdict === "FAILED") fail(`${library} ${name}`, why);
  }
  await check(`${library}: the program ran to its end`, () => {
    if (!stdout.endsWith("\nend\n")) throw new Error(`exit code ${code}\n${stdout}${stderr}`);
  });
}
