import { fileURLToPath } from "node:url";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import type { Outcome } from "../../lib/compatibility.ts";
import { cameToItsEnd, SAYS_VERDICTS, verdictsIn } from "../../lib/verdicts.ts";
import type { Place } from "./places.ts";

const LIMIT_MS = 300_000;

/** What a program of ours said of its checks. Throws when it did not come to its end. */
export function readVerdicts(printed: string): Outcome[] {
  if (!cameToItsEnd(printed)) throw new Error(`A program did not run to its end:\n${printed}`);
  return verdictsIn(printed);
}

/** Runs a program of `programs` at a place. What another program would leave or read of a person's is out of its reach. */
export async function verdictsOf(command: string, program: string, place: Place): Promise<Outcome[]> {
  const ofAdmin = Object.entries(place.admin).map(([name, value]) => [name.replace("OS_", "ADMIN_"), value]);
  const path = fileURLToPath(new URL(`../programs/${program}`, import.meta.url));
  const printed = await runToEnd(command, [path], {
    env: {
      HOME: place.folder,
      PYTHONWARNINGS: "ignore",
      URL: place.url,
      ...SAYS_VERDICTS,
      ...place.owner,
      ...place.member,
      ...Object.fromEntries(ofAdmin),
    },
    folder: place.folder,
    limit: LIMIT_MS,
  });
  return readVerdicts(printed);
}
