import type { Client } from "@imagetags/client";
import { chosenImages } from "../cloud/chosen-images.ts";
import { EXIT } from "../exit-code.ts";
import { isEveryImage, type ImageChoice } from "../options/image-options.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { createRowWriter } from "../output/row-writer.ts";
import { standardOutput } from "../output/standard-output.ts";
import { note } from "../terminal/notes.ts";
import { createProgress } from "../terminal/progress.ts";
import { imageRow } from "./image-row.ts";

/** What {@link listImages} takes. */
export interface ListImages {
  readonly choice: ImageChoice;
  readonly limit: number | undefined;
  readonly sort: string | undefined;
  readonly columns: readonly string[];
  readonly format: OutputFormat;
}

/** Prints the images of a choice, the newest first where no order is given. */
export async function listImages(client: Client, options: ListImages): Promise<number> {
  const { choice, limit, sort, columns, format } = options;
  const sink = standardOutput();
  const writer = await createRowWriter(format, columns, sink);
  let listed = 0;
  {
    const isQuiet = format !== "table" && sink.isTerminal;
    using progress = createProgress({ label: "Reading images:", isQuiet });
    const onSeen = (seen: number) => progress.update(seen);
    for await (const image of chosenImages(client, choice, { limit, sort, onSeen })) {
      listed += 1;
      await writer.write(imageRow(image));
    }
  }
  await writer.end();
  // A person could not tell an empty screen from a failure.
  if (listed === 0 && format === "table" && sink.isTerminal) {
    note(isEveryImage(choice) ? "There is no image that you may see." : "No image fits what was asked for.");
  }
  return EXIT.done;
}
