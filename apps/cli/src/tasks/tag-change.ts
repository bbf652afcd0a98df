import { reasonOf } from "../explain.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { createRowWriter } from "../output/row-writer.ts";
import { safeText } from "../output/safe-text.ts";
import { standardOutput } from "../output/standard-output.ts";
import { currentVerbosity } from "../terminal/notes.ts";
import { createProgress } from "../terminal/progress.ts";
import { CHANGED_SINCE, describeImage } from "./change-words.ts";

/** A tag that one image is to gain or to lose, or to have another in the place of. */
export interface TagChange {
  readonly imageId: string;
  /** Some servers leave out that an image has none. */
  readonly imageName: string | null | undefined;
  readonly tag: string;
  readonly newTag?: string;
  /** The event of the change that is to be undone, and what the tag is then. */
  readonly event?: string;
  readonly becomes?: "added" | "removed";
  /** The project that owns the image, where it is known. */
  readonly owner?: string | null | undefined;
  /** The tags that the image bore when the change was found. */
  readonly before?: readonly string[];
}

/** What became of a change; a failure is its own. */
export interface MadeChange {
  readonly change: TagChange;
  readonly outcome: string;
  readonly error?: Error;
}

/** What {@link makeChanges} takes. */
export interface ChangeRun {
  readonly changes: readonly TagChange[];
  /** What becomes of each as it is made. It throws when the signal is aborted, after what is under way. */
  readonly made: AsyncIterable<MadeChange>;
  /** What is being done: "Removing". */
  readonly label: string;
  readonly format: OutputFormat;
  readonly signal: AbortSignal;
  /** The line for a person about a change that was made. */
  readonly sentence: (change: TagChange, result: string) => string;
  /** Whether only somebody wants these lines who asked for more. */
  readonly isMany?: boolean;
}

/**
 * How many changes were made, how many not because somebody else's came before, and how many failed; the rest was not
 * begun.
 */
export interface ChangeCount {
  readonly made: number;
  readonly left: number;
  readonly failed: number;
}

/** Makes changes and tells of each: of failures on standard error, and for programs of all on standard output. */
export async function makeChanges(run: ChangeRun): Promise<ChangeCount> {
  const { changes, made: results, label, format, signal, sentence, isMany = false } = run;
  const sink = standardOutput();
  const columns = changeColumns(changes);
  const rows = format === "table" ? undefined : await createRowWriter(format, columns, sink);
  const isQuiet = rows !== undefined && sink.isTerminal;
  const isWanted = isMany ? currentVerbosity() === "verbose" : currentVerbosity() !== "quiet";
  const tellsEach = rows === undefined && isWanted;
  using progress = createProgress({ label, total: changes.length, isQuiet });
  let made = 0;
  let left = 0;
  let failed = 0;

  try {
    for await (const { change, outcome, error } of results) {
      if (error !== undefined) {
        failed += 1;
        const reason = reasonOf(error);
        progress.line(`imagetags: ${describeImage(change)}, tag ${safeText(change.tag)}: ${reason}`);
        await rows?.write(changeRow(change, "failed", reason));
      } else {
        if (outcome === CHANGED_SINCE) left += 1;
        else made += 1;
        if (tellsEach) {
          progress.clear();
          await sink.write(`${sentence(change, outcome)}\n`);
        }
        await rows?.write(changeRow(change, outcome));
      }
      progress.update(made + left + failed);
    }
  } catch (error) {
    // Whoever asked for the end tells of it.
    if (!signal.aborted) throw error;
  }
  await rows?.end();
  return { made, left, failed };
}

/** The columns of what becomes of changes. */
export function changeColumns(changes: readonly TagChange[]): string[] {
  const renames = changes.some(({ newTag }) => newTag !== undefined);
  const undoes = changes.some(({ becomes }) => becomes !== undefined);
  const own = [...(renames ? ["new_tag"] : []), ...(undoes ? ["becomes"] : [])];
  // What became of a tag is told without the name of its image.
  const image = undoes ? ["image_id"] : ["image_id", "image_name"];
  return [...image, "tag", ...own, "result", "error"];
}

/** A change as programs are told of it. */
export function changeRow(change: TagChange, result: string, error: string | null = null) {
  const { imageId, imageName = null, tag, newTag = null, becomes = null } = change;
  return { image_id: imageId, image_name: imageName, tag, new_tag: newTag, becomes, result, error };
}
