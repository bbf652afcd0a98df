import { tagCounts, type Client } from "@imagetags/client";

/** The tags among all that is remembered of the server. */
export const TAGS = "tags";

/** A tag and how many images bear it. */
export interface CountedTag {
  readonly tag: string;
  readonly images: number;
}

/** All tags of the images that one may see, those that most images bear first. */
export async function countTags(
  client: Client,
  signal: AbortSignal,
  onProgress: (images: number) => void,
): Promise<readonly CountedTag[]> {
  const counts = await tagCounts(client, {}, { signal, onProgress });
  return [...counts].map(([tag, images]) => ({ tag, images }));
}
