import { attemptsOf } from "../calls/attempts.ts";
import type { Client } from "../client.ts";
import type { HelperOptions } from "./helper-options.ts";
import { ImageNotFoundError, TagUnreachableError } from "../errors/refusal-errors.ts";
import { isImageMissing, toRefusedError } from "./refusal.ts";
import { isRefusedForValue, removeTagWithValue } from "./tags-with-value.ts";

/**
 * What became of a removal. `alreadyAbsent`: the image does not bear the tag; maybe it never did, or an earlier request
 * of this very call, whose answer was lost, removed it. `attempts` is how many requests the removal took.
 *
 * @example
 * const removal: TagRemoval = { outcome: "alreadyAbsent", attempts: 2 };
 */
export interface TagRemoval {
  readonly outcome: "removed" | "alreadyAbsent";
  readonly attempts: number;
}

/**
 * Sees to it that an image does not bear a tag. Where the server answers 404, which may be about the tag or about the
 * image, the image is asked for. A tag with a value, such as `env=prod` of an Image Management Service, is removed by that
 * service's own call where the client has the profile `ims`; of several who remove it at once each may then be told `removed`.
 *
 * @throws {ImageNotFoundError} when there is no such image, or the caller may not see it
 * @throws {RefusedError} when the server refuses, such as 403
 * @throws {TagUnreachableError} when the server cannot take this tag in a URL
 * @throws {ImageTagsError} as every call may
 *
 * @example
 * const { outcome } = await removeTag(client, image_id, "miracle");
 * console.log(outcome === "removed" ? "The tag is gone." : "There was no such tag.");
 */
export async function removeTag(
  client: Client,
  imageId: string,
  tag: string,
  { signal }: HelperOptions = {},
): Promise<TagRemoval> {
  const fetchOptions = { signal: signal ?? null };
  const reply = await client.imageTags.delete({ params: { image_id: imageId, tag }, fetchOptions });
  const attempts = attemptsOf(reply);
  if (reply.status === 204) return { outcome: "removed", attempts };
  const refused = toRefusedError(reply);
  if (isRefusedForValue(client, tag, refused)) {
    return { outcome: await removeTagWithValue(client, { imageId, tag, refused, signal }), attempts };
  }
  if (refused.reason === "no-such-tag") return { outcome: "alreadyAbsent", attempts };
  if (!isImageMissing(refused)) throw refused;
  if (refused.reason !== undefined) throw new ImageNotFoundError(imageId);
  // Other servers give no reason, and Glance's words are the same for tag and image.
  const image = await client.images.show({ params: { image_id: imageId }, fetchOptions });
  if (image.status !== 200) {
    const missing = toRefusedError(image);
    throw isImageMissing(missing) ? new ImageNotFoundError(imageId) : missing;
  }
  if (image.body.tags.includes(tag)) throw new TagUnreachableError(imageId, tag);
  return { outcome: "alreadyAbsent", attempts };
}
