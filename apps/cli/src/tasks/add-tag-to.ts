import { addTag, ImageNotFoundError, type Client } from "@imagetags/client";

/**
 * Adds a tag to an image that was there. A server that takes the `/` of a tag for a part of the path, as Glance does,
 * answers 404 as for an image that is gone.
 *
 * @throws {ImageNotFoundError} when the image is gone
 */
export async function addTagTo(client: Client, imageId: string, tag: string): Promise<void> {
  try {
    await addTag(client, imageId, tag);
  } catch (error) {
    if (!(error instanceof ImageNotFoundError)) throw error;
    const image = await client.images.show({ params: { image_id: imageId } });
    if (image.status !== 200) throw error;
    throw new Error("The server cannot take this tag in a URL, and has the image.", { cause: error });
  }
}
