import { strict as assert } from "node:assert";
import { PageValues } from "../docs/page-values.ts";
import type { Step } from "../docs/read-blocks.ts";
import { blocksOf } from "../docs/run-page.ts";

const PAGE = "docs/packages.md";

/** The one command of the page that begins like this, and what the page says it prints. */
function commandOfPage(beginning: string): Step {
  const found = blocksOf(PAGE)
    .flatMap(({ steps }) => steps)
    .filter(({ command }) => command.startsWith(beginning));
  const [step] = found;
  if (step === undefined || found.length > 1) {
    throw new Error(`${PAGE} has ${found.length} commands that begin with "${beginning}".`);
  }
  return step;
}

/** Runs a command of the page by `run`, and holds what it prints to what the page says. */
export async function runOfPage(
  beginning: string,
  run: (command: string) => Promise<string>,
  values: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { line, command, output } = commandOfPage(beginning);
  const known = new PageValues(values, () => "");
  const printed = await run(known.command(command));
  assert.equal(known.mismatch(output, printed), undefined, `${PAGE}:${line} printed\n${printed}`);
  return printed;
}

/** How many commands the page has, so that none is left out. */
export function countOfPage(): number {
  return blocksOf(PAGE).reduce((sum, { steps }) => sum + steps.length, 0);
}
