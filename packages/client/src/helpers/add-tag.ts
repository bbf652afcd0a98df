import { attemptsOf } from "../calls/attempts.ts";
import type { Client } from "../client.ts";
import type { HelperOptions } from "./helper-options.ts";
import { ImageNotFoundError } from "../errors/refusal-errors.ts";
import { isImageMissing, refusal } from "./refusal.ts";

/**
 * Sees to it that an image bears a tag; one that it bears already stays. Gives how many requests it took.
 *
 * @throws {ImageNotFoundError} when there is no such image, or the caller may not see it
 * @throws {RefusedError} when the server refuses, such as 400 for a tag that breaks its rule or 413 for one too many
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
  if (reply.status === 204) return { attempts: attemptsOf(reply) };
  const refused = refusal(reply);
  throw isImageMissing(refused) ? new ImageNotFoundError(imageId) : refused;
}
