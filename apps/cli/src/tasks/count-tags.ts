import { cloudTags, NotServedError, RefusedError, type Client } from "@imagetags/client";
import { chosenImages } from "../cloud/chosen-images.ts";
import { EXIT } from "../exit-code.ts";
import type { ImageChoice } from "../options/image-options.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { createRowWriter } from "../output/row-writer.ts";
import { standardOutput } from "../output/standard-output.ts";
import { note } from "../terminal/notes.ts";
import { createProgress } from "../terminal/progress.ts";

/** What {@link countTags} takes. */
export interface CountTags {
  readonly choice: ImageChoice;
  readonly columns: readonly string[];
  readonly format: OutputFormat;
}

/** Prints each tag with how many images of a choice bear it: the most frequent first, equals by tag. */
export async function countTags(client: Client, { choice, columns, format }: CountTags): Promise<number> {
  const counts = (await countedByServer(client, choice)) ?? (await counted(client, choice));
  const sorted = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const sink = standardOutput();
  const writer = await createRowWriter(format, columns, sink);
  for (const [tag, images] of sorted) await writer.write({ tag, images });
  await writer.end();
  if (counts.size === 0 && format === "table" && sink.isTerminal) note("No image of these bears a tag.");
  return EXIT.done;
}

/** The counts of all images by the server's own list; `undefined` where it has none for the caller or for this choice. */
async function countedByServer(
  client: Client,
  choice: ImageChoice,
): Promise<Map<string, number> | undefined> {
  const { tags, notTags, properties, onlyHidden, ...others } = choice;
  const isFiltered = [tags, notTags, properties].some(({ length }) => length > 0);
  if (isFiltered || Object.values(others).some((value) => value !== undefined)) return undefined;
  const counts = new Map<string, number>();
  try {
    for (const os_hidden of onlyHidden ? [true] : [false, true]) {
      for await (const { name, images } of cloudTags(client, { os_hidden }))
        counts.set(name, (counts.get(name) ?? 0) + images);
    }
    return counts;
  } catch (error) {
    if (error instanceof NotServedError || (error instanceof RefusedError && error.status === 403))
      return undefined;
    throw error;
  }
}

/** The counts of the images of a choice, each of which is read. */
async function counted(client: Client, choice: ImageChoice): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  using progress = createProgress({ label: "Reading images:" });
  const onSeen = (seen: number) => progress.update(seen);
  for await (const { tags } of chosenImages(client, choice, { withHidden: true, onSeen })) {
    for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return counts;
}
