import type { Client } from "@imagetags/client";
import { chosenImages } from "../cloud/chosen-images.ts";
import { EXIT } from "../exit-code.ts";
import type { ImageChoice } from "../options/image-options.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { createRowWriter } from "../output/row-writer.ts";
import { standardOutput } from "../output/standard-output.ts";
import { createProgress } from "../terminal/progress.ts";
import { imageRow } from "./image-row.ts";

/** What {@link listImages} takes. */
export interface ListImages {
  readonly choice: ImageChoice;
  readonly limit: number | undefined;
  readonly columns: readonly string[];
  readonly format: OutputFormat;
}

/** Prints the images of a choice, the newest first as the server lists them. */
export async function listImages(
  client: Client,
  { choice, limit, columns, format }: ListImages,
): Promise<number> {
  const sink = standardOutput();
  const writer = await createRowWriter(format, columns, sink);
  {
    const isQuiet = format !== "table" && sink.isTerminal;
    using progress = createProgress({ label: "Reading images:", isQuiet });
    const onSeen = (seen: number) => progress.update(seen);
    for await (const image of chosenImages(client, choice, { limit, onSeen })) {
      await writer.write(imageRow(image));
    }
  }
  await writer.end();
  return EXIT.done;
}
