import type { Image } from "@imagetags/contract";
import type { Client } from "../client.ts";
import type { ImageFilter } from "./helper-options.ts";
import { pages } from "./pages.ts";

/** The pages of a list with the hidden images after the others, unless the filter says which of them it wants. */
export async function* allPages(
  client: Client,
  filter: ImageFilter,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly Image[], void, undefined> {
  yield* pages(client, filter, signal);
  if (filter.os_hidden !== undefined) return;
  // A server that does not know the filter lists the images again, none of which is hidden.
  for await (const page of pages(client, { ...filter, os_hidden: true }, signal)) {
    yield page.filter((image) => image.os_hidden === true);
  }
}
