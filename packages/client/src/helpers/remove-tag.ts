import { attemptsOf } from "../calls/attempts.ts";
import type { Client } from "../client.ts";
import type { HelperOptions } from "./helper-options.ts";
import { ImageNotFoundError, TagUnreachableError } from "../errors/refusal-errors.ts";
import { refusal } from "./refusal.ts";

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
 * image, the image is asked for.
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
  const refused = refusal(reply);
  if (refused.status !== 404) throw refused;
  // The words of an imagetags server leave no doubt; Glance's are the same for tag and image.
  if (refused.message === `Image ${imageId} has no tag ${tag}.`)
    return { outcome: "alreadyAbsent", attempts };
  const image = await client.images.show({ params: { image_id: imageId }, fetchOptions });
  if (image.status === 404) throw new ImageNotFoundError(imageId);
  if (image.status !== 200) throw refusal(image);
  if (image.body.tags.includes(tag)) throw new TagUnreachableError(imageId, tag);
  return { outcome: "alreadyAbsent", attempts };
}
