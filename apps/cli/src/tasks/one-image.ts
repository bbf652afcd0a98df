import { changeTags, findImage, type Client, type Image } from "@imagetags/client";
import { EXIT } from "../exit-code.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { hearInterruption } from "../terminal/interruption.ts";
import { STOPPING, stoppedExitCode } from "./stopped.ts";
import { makeChanges, type ChangeRun, type TagChange } from "./tag-change.ts";

/** Which tags of one image a command changes. */
export interface OneImage {
  /** Its id or its only name. */
  readonly image: string;
  readonly tags: readonly string[];
  readonly dryRun: boolean;
  readonly format: OutputFormat;
}

/** What is done with each tag, and how it is told. */
interface OneTag extends Pick<ChangeRun, "label" | "sentence"> {
  /** Makes one change and says what became of it; a rejection is a failure of this change alone. */
  readonly make: (change: TagChange) => Promise<string>;
}

/** Changes tags of one image, one after the other; `how` says what is done with each. */
export async function changeOneImage(
  client: Client,
  { image: idOrName, tags, format }: OneImage,
  how: (image: Image) => OneTag,
): Promise<number> {
  const image = await findImage(client, idOrName);
  using interruption = hearInterruption(STOPPING);
  const { signal } = interruption;
  const changes = [...new Set(tags)].map((tag) => ({ imageId: image.id, imageName: image.name, tag }));
  const { make, ...told } = how(image);
  const made = changeTags(changes, make, { concurrency: 1, signal });
  const count = await makeChanges({ ...told, changes, made, format, signal });
  if (signal.aborted) return stoppedExitCode(signal, count, changes.length);
  return count.failed === 0 ? EXIT.done : EXIT.failed;
}
