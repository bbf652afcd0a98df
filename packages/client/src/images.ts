import type { Image } from "@imagetags/contract";
import type { Client } from "./client.ts";
import type { HelperOptions, ImageFilter } from "./helper-options.ts";
import { refusal } from "./refusal.ts";

/**
 * The images that fit a filter, one after the other, over as many pages as there are; one page is held at a time.
 * As in the API, hidden images are listed only with `os_hidden: true`, and community images of other projects only
 * with `visibility: "all"`.
 *
 * @throws {RefusedError} when the server refuses
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
  const fetchOptions = { signal: signal ?? null };
  let query: ImageFilter | undefined = { limit: 500, ...filter };
  while (query !== undefined) {
    const reply: Awaited<ReturnType<Client["images"]["list"]>> = await client.images.list({
      query,
      fetchOptions,
    });
    if (reply.status !== 200) throw refusal(reply);
    yield* reply.body.images;
    const marker = reply.body.next === undefined ? undefined : reply.body.images.at(-1)?.id;
    query = marker === undefined ? undefined : { ...query, marker };
  }
}
