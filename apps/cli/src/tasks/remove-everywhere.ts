import { ImageNotFoundError, removeTag, type Client } from "@imagetags/client";
import { chosenImages } from "../cloud/chosen-images.ts";
import { EXIT, UsageError } from "../exit-code.ts";
import { ASKS_ABOVE } from "../options/asks-above.ts";
import type { ImageChoice } from "../options/image-options.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { createRowWriter } from "../output/row-writer.ts";
import { safeText } from "../output/safe-text.ts";
import { standardOutput } from "../output/standard-output.ts";
import { canAsk, confirm } from "../terminal/confirm.ts";
import { hearInterruption } from "../terminal/interruption.ts";
import { count, createProgress } from "../terminal/progress.ts";
import { interruptedExitCode, STOPPING, stoppedExitCode } from "./stopped.ts";
import { makeChanges, type ChangeCount, type TagChange } from "./tag-change.ts";

const NOTHING_REMOVED = "Nothing was removed.\n";

/** What {@link removeEverywhere} takes. */
export interface RemoveEverywhere {
  readonly tags: readonly string[];
  readonly choice: ImageChoice;
  readonly dryRun: boolean;
  /** Do not ask. */
  readonly yes: boolean;
  readonly format: OutputFormat;
  readonly concurrency: number;
}

/**
 * Removes tags from all images of a choice that bear them. All removals are found before the first is made: so what
 * a person agrees to is what is done, and their number is known.
 */
export async function removeEverywhere(client: Client, options: RemoveEverywhere): Promise<number> {
  const { dryRun, yes, format, concurrency } = options;
  const tags = [...new Set(options.tags)];
  using interruption = hearInterruption(STOPPING);
  const { signal } = interruption;
  const changes = await findChanges(client, tags, options.choice, signal).catch((error: unknown) => {
    if (signal.aborted) process.stderr.write(NOTHING_REMOVED);
    throw error;
  });
  if (dryRun) return await showChanges(changes, tags, format);
  if (changes.length > ASKS_ABOVE && !yes && !(await isAgreed(changes, tags, signal))) {
    process.stderr.write(NOTHING_REMOVED);
    return signal.aborted ? interruptedExitCode(signal.reason) : EXIT.failed;
  }
  const done = await makeChanges({
    changes,
    make: (change) => remove(client, change),
    label: "Removing",
    format,
    concurrency,
    signal,
  });
  if (signal.aborted) return stoppedExitCode(signal, done, changes.length);
  if (format === "table") await standardOutput().write(`${summary(changes, tags, done)}\n`);
  return done.failed === 0 ? EXIT.done : EXIT.failed;
}

/** Somebody else may have removed the tag or the image since it was found; what was asked for holds all the same. */
async function remove(client: Client, { imageId, tag }: TagChange): Promise<string> {
  try {
    const { outcome } = await removeTag(client, imageId, tag);
    return outcome === "removed" ? "removed" : "already absent";
  } catch (error) {
    if (error instanceof ImageNotFoundError) return "already absent";
    throw error;
  }
}

async function findChanges(
  client: Client,
  tags: readonly string[],
  choice: ImageChoice,
  signal: AbortSignal,
): Promise<TagChange[]> {
  using progress = createProgress({ label: "Finding images:" });
  const changes: TagChange[] = [];
  for (const tag of tags) {
    // One list for each tag: a server finds the images of a tag from an index, where it has one.
    const bearing = { ...choice, tags: [...new Set([...choice.tags, tag])] };
    for await (const { id, name } of chosenImages(client, bearing, { withHidden: true, signal })) {
      changes.push({ imageId: id, imageName: name ?? null, tag });
      progress.update(changes.length);
    }
  }
  return changes;
}

async function isAgreed(
  changes: readonly TagChange[],
  tags: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const from = images(new Set(changes.map(({ imageId }) => imageId)).size);
  const what = `${count(changes.length)} removals, of ${tagList(tags)} from ${from}`;
  if (canAsk()) return await confirm(`These are ${what}. Go on?`, signal);
  throw new UsageError(`These are ${what}: give --yes, or look at them first with --dry-run.`);
}

async function showChanges(
  changes: readonly TagChange[],
  tags: readonly string[],
  format: OutputFormat,
): Promise<number> {
  const columns = ["image_id", "image_name", "tag", ...(format === "table" ? [] : ["result"])];
  const writer = await createRowWriter(format, columns, standardOutput());
  for (const { imageId, imageName, tag } of changes) {
    await writer.write({ image_id: imageId, image_name: imageName, tag, result: "would be removed" });
  }
  await writer.end();
  const what =
    changes.length === 0 ? `No image bears ${tagList(tags)}.` : `${removals(changes.length)} to make.`;
  process.stderr.write(`${what} ${NOTHING_REMOVED}`);
  return EXIT.done;
}

function summary(
  changes: readonly TagChange[],
  tags: readonly string[],
  { made, failed }: ChangeCount,
): string {
  if (changes.length === 0) return `No image bears ${tagList(tags)}.`;
  const where = tags.length === 1 ? `from ${images(made)}` : `in ${removals(made)}`;
  return `Removed ${tagList(tags)} ${where}.${failed === 0 ? "" : ` ${count(failed)} failed.`}`;
}

function removals(number: number): string {
  return `${count(number)} removal${number === 1 ? "" : "s"}`;
}

function images(number: number): string {
  return `${count(number)} image${number === 1 ? "" : "s"}`;
}

function tagList(tags: readonly string[]): string {
  return tags.map((tag) => safeText(tag)).join(", ");
}
