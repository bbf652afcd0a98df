import { EXIT } from "../exit-code.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { createRowWriter } from "../output/row-writer.ts";
import { standardOutput } from "../output/standard-output.ts";
import { note } from "../terminal/notes.ts";
import { count } from "../terminal/progress.ts";
import type { ChangeKind } from "./change-kind.ts";
import type { FoundChanges } from "./found-changes.ts";
import { changeColumns, changeRow, type TagChange } from "./tag-change.ts";
import { plural } from "./change-words.ts";

/** Shows the changes that would be made, and why some would be refused; one that would be is a failure. */
export async function showChanges(
  { changes, refusal: refusalOf }: FoundChanges,
  { one, done, none }: ChangeKind["words"],
  format: OutputFormat,
): Promise<number> {
  const refusals = new Map<TagChange, string>();
  for (const change of changes) {
    const refusal = await refusalOf(change);
    if (refusal !== undefined) refusals.set(change, refusal);
  }
  const all = format === "table" ? ["result", "error"] : ["error"];
  const hidden = refusals.size > 0 ? [] : all;
  const columns = changeColumns(changes).filter((column) => !hidden.includes(column));
  const writer = await createRowWriter(format, columns, standardOutput());
  for (const change of changes) {
    const refusal = refusals.get(change);
    const result = refusal === undefined ? `would be ${done}` : "would be refused";
    await writer.write(changeRow(change, result, refusal));
  }
  await writer.end();
  const refused = refusals.size === 0 ? "" : `, of which ${count(refusals.size)} would be refused`;
  const what = changes.length === 0 ? none : `${plural(changes.length, one)} to make${refused}.`;
  note(`${what} Nothing was ${done}.`);
  return refusals.size === 0 ? EXIT.done : EXIT.failed;
}
