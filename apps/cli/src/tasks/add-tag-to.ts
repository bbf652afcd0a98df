import { addTag, ImageNotFoundError, removeTag, TagAlteredError, type Client } from "@imagetags/client";
import { reasonOf } from "../explain.ts";

/**
 * Adds a tag to an image that was there and bore the tags `before`. A server that takes the `/` of a tag for a part of
 * the path, as Glance does, answers 404 as for an image that is gone. What a server stored in the tag's place is taken
 * back.
 *
 * @throws {ImageNotFoundError} when the image is gone
 */
export async function addTagTo(
  client: Client,
  imageId: string,
  tag: string,
  before: readonly string[],
): Promise<void> {
  try {
    await addTag(client, imageId, tag);
  } catch (error) {
    if (error instanceof TagAlteredError) throw await withoutAltered(client, error, before);
    if (!(error instanceof ImageNotFoundError)) throw error;
    const image = await client.images.show({ params: { image_id: imageId } });
    if (image.status !== 200) throw error;
    throw new Error("The server cannot take this tag in a URL, and has the image.", { cause: error });
  }
}

async function withoutAltered(
  client: Client,
  error: TagAlteredError,
  before: readonly string[],
): Promise<Error> {
  const { imageId, tag, stored } = error;
  const end = before.includes(stored) ? "was there already." : await takeBack(client, imageId, tag);
  return new Error(
    `The server takes this tag in a URL for ${stored}, so only set can add it. ${stored} ${end}`,
    { cause: error },
  );
}

/** Takes a tag back that was added just now; gives the end of a sentence about it. */
export async function takeBack(client: Client, imageId: string, tag: string): Promise<string> {
  try {
    const { outcome } = await removeTag(client, imageId, tag);
    return outcome === "removed" ? "was taken back." : "may have been left there.";
  } catch (error) {
    return `could not be taken back: ${reasonOf(error)}`;
  }
}
