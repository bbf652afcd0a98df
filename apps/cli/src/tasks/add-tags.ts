import { addTag, findImage, type Client } from "@imagetags/client";
import { EXIT } from "../exit-code.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { safeText } from "../output/safe-text.ts";
import { hearInterruption } from "../terminal/interruption.ts";
import { STOPPING, stoppedExitCode } from "./stopped.ts";
import { describeImage, makeChanges } from "./tag-change.ts";

/** What {@link addTags} takes. */
export interface AddTags {
  readonly image: string;
  readonly tags: readonly string[];
  readonly format: OutputFormat;
}

/** Adds tags to one image; one that it bears already stays. */
export async function addTags(client: Client, options: AddTags): Promise<number> {
  const { image: idOrName, tags, format } = options;
  const image = await findImage(client, idOrName);
  using interruption = hearInterruption(STOPPING);
  const { signal } = interruption;
  const changes = [...new Set(tags)].map((tag) => ({
    imageId: image.id,
    imageName: image.name ?? null,
    tag,
  }));
  const count = await makeChanges({
    changes,
    async make({ imageId, tag }) {
      await addTag(client, imageId, tag);
      return "added";
    },
    label: "Adding",
    format,
    concurrency: 1,
    signal,
    sentence: (change) => `Added ${safeText(change.tag)} to ${describeImage(change)}.`,
  });
  if (signal.aborted) return stoppedExitCode(signal, count, changes.length);
  return count.failed === 0 ? EXIT.done : EXIT.failed;
}
