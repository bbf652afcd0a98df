import type { Image } from "@imagetags/contract";
import type { Client } from "./client.ts";
import type { HelperOptions } from "./helper-options.ts";
import { images } from "./images.ts";
import { AmbiguousImageError, ImageNotFoundError } from "./refusal-errors.ts";

/**
 * The image of an id, or else the one image of a name, hidden ones included.
 *
 * @throws {ImageNotFoundError} when there is none
 * @throws {AmbiguousImageError} when several images have the name
 * @throws {RefusedError} when the server refuses
 * @throws {ImageTagsError} as every call may
 *
 * @example
 * const { id } = await findImage(client, "debian-13");
 * await removeTag(client, id, "miracle");
 */
export async function findImage(
  client: Client,
  idOrName: string,
  options: HelperOptions = {},
): Promise<Image> {
  const reply = await client.images.show({ params: { image_id: idOrName } });
  if (reply.status === 200) return reply.body;
  const named: Image[] = [];
  for await (const image of images(client, { name: idOrName }, options)) named.push(image);
  const [image] = named;
  if (image === undefined) throw new ImageNotFoundError(idOrName);
  if (named.length > 1) throw new AmbiguousImageError(idOrName, named);
  return image;
}
