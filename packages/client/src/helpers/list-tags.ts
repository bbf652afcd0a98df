import type { Client } from "../client.ts";
import type { HelperOptions } from "./helper-options.ts";
import { ImageNotFoundError } from "../errors/refusal-errors.ts";
import { isImageMissing, toRefusedError } from "./refusal.ts";

/**
 * The tags of an image, in the order of the server. They are read off the image, because Glance has no list of tags.
 *
 * @throws {ImageNotFoundError} when there is no such image, or the caller may not see it
 * @throws {RefusedError} when the server refuses
 * @throws {ImageTagsError} as every call may
 *
 * @example
 * const tags = await listTags(client, image_id);
 * console.log(tags.join(", "));
 */
export async function listTags(
  client: Client,
  imageId: string,
  { signal }: HelperOptions = {},
): Promise<readonly string[]> {
  const fetchOptions = { signal: signal ?? null };
  const reply = await client.images.show({ params: { image_id: imageId }, fetchOptions });
  if (reply.status === 200) return reply.body.tags;
  const refused = toRefusedError(reply);
  throw isImageMissing(refused) ? new ImageNotFoundError(imageId) : refused;
}
