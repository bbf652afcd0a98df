import { findImage, type Client } from "@imagetags/client";
import { EXIT, UsageError } from "../exit-code.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { writeRecord } from "../output/row-writer.ts";
import { standardOutput } from "../output/standard-output.ts";
import { imageRow } from "./image-row.ts";

/** What {@link showImage} takes. */
export interface ShowImage {
  readonly image: string;
  /** The fields and properties to show; all when there are none. */
  readonly columns: readonly string[];
  readonly format: OutputFormat;
}

/**
 * Prints an image with its properties.
 *
 * @throws {UsageError} when it has none of a name that was asked for
 */
export async function showImage(client: Client, { image, columns, format }: ShowImage): Promise<number> {
  const row = imageRow(await findImage(client, image));
  const unknown = columns.find((column) => !Object.hasOwn(row, column));
  if (unknown !== undefined) {
    const known = Object.keys(row).join(", ");
    throw new UsageError(`The image has no ${unknown}; it has ${known}.`, { helps: false });
  }
  const chosen =
    columns.length === 0 ? row : Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
  await writeRecord(format, chosen, standardOutput());
  return EXIT.done;
}
