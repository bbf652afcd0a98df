import { findImage, ImageNotFoundError, type Client } from "@imagetags/client";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id of an image that a person named; one that is deleted is found by its id alone. */
export async function eventImageId(client: Client, image: string | undefined): Promise<string | undefined> {
  if (image === undefined) return undefined;
  try {
    return (await findImage(client, image)).id;
  } catch (error) {
    if (error instanceof ImageNotFoundError && UUID.test(image)) return image;
    throw error;
  }
}
