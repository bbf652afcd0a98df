import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cameToItsEnd, SAYS_VERDICTS, verdictsIn } from "../../lib/verdicts.ts";
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
    ...SAYS_VERDICTS,
    ...environment,
  });
  for (const { name, status, said } of verdictsIn(stdout)) {
    if (status === "passed") pass(`${library} ${name}`);
    else fail(`${library} ${name}`, said);
  }
  await check(`${library}: the program ran to its end`, () => {
    if (!cameToItsEnd(stdout)) throw new Error(`exit code ${code}\n${stdout}${stderr}`);
  });
}
