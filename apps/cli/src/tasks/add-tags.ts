import { findImage, type Client } from "@imagetags/client";
import { EXIT } from "../exit-code.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { safeText } from "../output/safe-text.ts";
import { hearInterruption } from "../terminal/interruption.ts";
import { addTagTo } from "./add-tag-to.ts";
import { STOPPING, stoppedExitCode } from "./stopped.ts";
import { describeImage, makeChanges, type TagChange } from "./tag-change.ts";

/** What {@link addTags} takes. */
export interface AddTags {
  readonly image: string;
  readonly tags: readonly string[];
  readonly dryRun: boolean;
  readonly format: OutputFormat;
}

/** Adds tags to one image; one that it bears already stays. */
export async function addTags(client: Client, options: AddTags): Promise<number> {
  const { image: idOrName, tags, dryRun, format } = options;
  const image = await findImage(client, idOrName);
  using interruption = hearInterruption(STOPPING);
  const { signal } = interruption;
  const changes = [...new Set(tags)].map((tag) => ({ imageId: image.id, imageName: image.name, tag }));
  const count = await makeChanges({
    changes,
    async make({ imageId, tag }) {
      if (dryRun) return image.tags.includes(tag) ? "had" : "would be added";
      // Also a tag that was there: somebody may have removed it meanwhile.
      await addTagTo(client, imageId, tag, image.tags);
      return image.tags.includes(tag) ? "had" : "added";
    },
    label: "Adding",
    format,
    concurrency: 1,
    signal,
    sentence,
  });
  if (signal.aborted) return stoppedExitCode(signal, count, changes.length);
  return count.failed === 0 ? EXIT.done : EXIT.failed;
}

function sentence(change: TagChange, result: string): string {
  const tag = safeText(change.tag);
  const image = describeImage(change);
  if (result === "had") return `${image} had ${tag}.`;
  return `${result === "added" ? "Added" : "Would add"} ${tag} to ${image}.`;
}
