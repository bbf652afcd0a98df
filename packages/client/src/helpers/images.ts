import type { Image } from "@imagetags/contract";
import type { Client } from "../client.ts";
import type { HelperOptions, ImageFilter } from "./helper-options.ts";
import { pages } from "./pages.ts";

/**
 * The images that fit a filter, one after the other, over as many pages as there are; one page is held at a time.
 * As in the API, hidden images are listed only with `os_hidden: true`, and community images of other projects only
 * with `visibility: "all"`. Images may be changed and deleted meanwhile: none that stays is passed over.
 *
 * @throws {RefusedError} when the server refuses
 * @throws {EndlessListError} when the server names empty pages without end
 * @throws {ImageTagsError} as every call may
 *
 * @example
 * for await (const image of images(client, { tag: "miracle" })) console.log(image.id, image.name);
 */
export async function* images(
  client: Client,
  filter: ImageFilter = {},
  { signal }: HelperOptions = {},
): AsyncGenerator<Image, void, undefined> {
  for await (const page of pages(client, filter, signal)) yield* page;
}
