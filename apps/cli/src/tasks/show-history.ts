import { tagEvents, type Client, type TagEventFilter } from "@imagetags/client";
import { eventImageId } from "../cloud/event-image.ts";
import { EXIT } from "../exit-code.ts";
import type { OutputFormat } from "../output/output-format.ts";
import type { Row } from "../output/row.ts";
import { createRowWriter } from "../output/row-writer.ts";
import { standardOutput } from "../output/standard-output.ts";
import { note } from "../terminal/notes.ts";

/** What {@link showHistory} takes. */
export interface ShowHistory {
  readonly image: string | undefined;
  readonly filter: TagEventFilter;
  readonly limit: number | undefined;
  readonly columns: readonly string[];
  readonly format: OutputFormat;
}

/** Prints what became of tags, newest first. */
export async function showHistory(client: Client, options: ShowHistory): Promise<number> {
  const { image, filter, limit = Infinity, columns, format } = options;
  const sink = standardOutput();
  const writer = await createRowWriter(format, columns, sink);
  let shown = 0;
  let isNameless = false;
  const onSource = (source: string) => {
    isNameless = source === "glance";
  };
  const wanted = { ...filter, image: await eventImageId(client, image) };
  for await (const { id, time, action, tag, ...event } of tagEvents(client, wanted, { onSource })) {
    const row: Row = {
      time,
      action,
      tag,
      image_id: event.image_id,
      user_id: event.user_id,
      project_id: event.project_id,
      roles: event.roles,
      request_id: event.request_id,
      application_credential_id: event.application_credential_id,
      trust_id: event.trust_id,
      id,
    };
    await writer.write(row);
    shown += 1;
    if (shown >= limit) break;
  }
  await writer.end();
  if (isNameless)
    note("The server's database does not record who changed tags: this is when they came and went.");
  if (shown === 0 && format === "table" && sink.isTerminal) note("Nothing became of these tags then.");
  return EXIT.done;
}
