import { createRowWriter } from "../output/row-writer.ts";
import { safeText } from "../output/safe-text.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { standardOutput } from "../output/standard-output.ts";
import { reasonOf } from "../explain.ts";
import { createProgress } from "../terminal/progress.ts";
import { inParallel } from "./in-parallel.ts";

/** A tag that one image is to gain or to lose. */
export interface TagChange {
  readonly imageId: string;
  readonly imageName: string | null;
  readonly tag: string;
}

/** The columns of what becomes of tag changes. */
const CHANGE_COLUMNS = ["image_id", "image_name", "tag", "result", "error"] as const;

/** What {@link makeChanges} takes. */
export interface ChangeRun {
  readonly changes: readonly TagChange[];
  /** Makes one change and says what became of it; a rejection is a failure of this change alone. */
  readonly make: (change: TagChange) => Promise<string>;
  /** What is being done: "Removing". */
  readonly label: string;
  readonly format: OutputFormat;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** The line for a person about a change that was made; without it the table format has none. */
  readonly sentence?: (change: TagChange) => string;
}

/** How many changes were made, and how many failed; the rest was not begun. */
export interface ChangeCount {
  readonly made: number;
  readonly failed: number;
}

/** Makes changes and tells of each: of failures on standard error, and for programs of all on standard output. */
export async function makeChanges(run: ChangeRun): Promise<ChangeCount> {
  const { changes, make, label, format, concurrency, signal, sentence } = run;
  const sink = standardOutput();
  const rows = format === "table" ? undefined : await createRowWriter(format, CHANGE_COLUMNS, sink);
  const isQuiet = rows !== undefined && sink.isTerminal;
  using progress = createProgress({ label, total: changes.length, isQuiet });
  let made = 0;
  let failed = 0;

  const tell = (change: TagChange, result: string, error: string | null) =>
    rows?.write({
      image_id: change.imageId,
      image_name: change.imageName,
      tag: change.tag,
      result,
      error,
    });
  await inParallel(changes, concurrency, signal, async (change) => {
    try {
      const result = await make(change);
      made += 1;
      if (sentence !== undefined && rows === undefined) {
        progress.clear();
        await sink.write(`${sentence(change)}\n`);
      }
      await tell(change, result, null);
    } catch (error) {
      failed += 1;
      const reason = reasonOf(error);
      progress.line(`imagetags: ${describeImage(change)}, tag ${safeText(change.tag)}: ${reason}`);
      await tell(change, "failed", reason);
    }
    progress.update(made + failed);
  });
  await rows?.end();
  return { made, failed };
}

/** An image by its name, where it has one, and its id. */
export function describeImage({ imageId, imageName }: Pick<TagChange, "imageId" | "imageName">): string {
  return safeText(imageName === null || imageName === "" ? imageId : `${imageName} (${imageId})`);
}
