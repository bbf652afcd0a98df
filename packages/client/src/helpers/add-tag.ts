import { attemptsOf } from "../calls/attempts.ts";
import type { Client } from "../client.ts";
import type { HelperOptions } from "./helper-options.ts";
import { ImageNotFoundError, TagAlteredError } from "../errors/refusal-errors.ts";
import { isImageMissing, toRefusedError } from "./refusal.ts";
import { addTagWithValue, isRefusedForValue } from "./tags-with-value.ts";

/**
 * Sees to it that an image bears a tag; one that it bears already stays. Gives how many requests the addition took. For
 * a tag that is not of ASCII alone the image is read afterwards, because some servers store another. A tag with a value, such as
 * `env=prod` of an Image Management Service, is added by that service's own call where the client has the profile `ims`.
 *
 * @throws {ImageNotFoundError} when there is no such image, or the caller may not see it
 * @throws {RefusedError} when the server refuses, such as 400 for a tag that breaks its rule or 413 for one too many
 * @throws {TagKeyTakenError} when it would take the place of another tag of the same key
 * @throws {TagAlteredError} when the server stored another tag in its place
 * @throws {ImageTagsError} as every call may
 *
 * @example
 * await addTag(client, image_id, "miracle");
 */
export async function addTag(
  client: Client,
  imageId: string,
  tag: string,
  { signal }: HelperOptions = {},
): Promise<{ readonly attempts: number }> {
  const fetchOptions = { signal: signal ?? null };
  const reply = await client.imageTags.add({ params: { image_id: imageId, tag }, fetchOptions });
  if (reply.status !== 204) {
    const refused = toRefusedError(reply);
    if (isRefusedForValue(client, tag, refused)) {
      await addTagWithValue(client, { imageId, tag, refused, signal });
      return { attempts: attemptsOf(reply) };
    }
    throw isImageMissing(refused) ? new ImageNotFoundError(imageId) : refused;
  }
  const misread = asLatin1(tag);
  if (misread !== tag) {
    const image = await client.images.show({ params: { image_id: imageId }, fetchOptions });
    // Somebody else may have removed the tag meanwhile, so an image with neither is no failure.
    if (image.status === 200 && !image.body.tags.includes(tag) && image.body.tags.includes(misread)) {
      throw new TagAlteredError(imageId, tag, misread);
    }
  }
  return { attempts: attemptsOf(reply) };
}

/** The bytes of a text in UTF-8, read as Latin-1. ASCII stays the same. */
function asLatin1(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}
