import { findImage, removeTag, type Client } from "@imagetags/client";
import { EXIT } from "../exit-code.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { safeText } from "../output/safe-text.ts";
import { hearInterruption } from "../terminal/interruption.ts";
import { describeImage, makeChanges, type TagChange } from "./tag-change.ts";
import { STOPPING, stoppedExitCode } from "./stopped.ts";

/** What {@link removeFromImage} takes. */
export interface RemoveFromImage {
  readonly image: string;
  readonly tags: readonly string[];
  readonly dryRun: boolean;
  readonly format: OutputFormat;
}

/** Removes tags from one image. Who asks for a removal wants to know that there was no such tag: that is a failure. */
export async function removeFromImage(client: Client, options: RemoveFromImage): Promise<number> {
  const { image: idOrName, tags, dryRun, format } = options;
  const image = await findImage(client, idOrName);
  using interruption = hearInterruption(STOPPING);
  const { signal } = interruption;
  const changes = [...new Set(tags)].map((tag) => ({
    imageId: image.id,
    imageName: image.name,
    tag,
  }));
  const would = ({ tag }: TagChange) =>
    image.tags.includes(tag) ? Promise.resolve("would be removed") : Promise.reject(new TagNotBorneError());
  const count = await makeChanges({
    changes,
    make: dryRun ? would : (change) => remove(client, change),
    label: "Removing",
    format,
    concurrency: 1,
    signal,
    sentence: (change) =>
      `${dryRun ? "Would remove" : "Removed"} ${safeText(change.tag)} from ${describeImage(change)}.`,
  });
  if (signal.aborted) return stoppedExitCode(signal, count, changes.length);
  return count.failed === 0 ? EXIT.done : EXIT.failed;
}

async function remove(client: Client, { imageId, tag }: TagChange): Promise<string> {
  const { outcome, attempts } = await removeTag(client, imageId, tag);
  // After a repeat it may have been this very call that removed the tag, and its answer was lost.
  if (outcome === "alreadyAbsent" && attempts === 1) throw new TagNotBorneError();
  return "removed";
}

class TagNotBorneError extends Error {
  override readonly name = "TagNotBorneError";

  constructor() {
    super("The image does not bear the tag.");
  }
}
