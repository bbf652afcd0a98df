import { cloudTags, NotServedError, tagCounts, type Client } from "@imagetags/client";

/** The tags among all that is remembered of the server. */
export const TAGS = "tags";

/** A tag and how many images bear it. */
export interface CountedTag {
  readonly tag: string;
  readonly images: number;
}

/** How much was read of a long list: tags, or where the server lists none, the images that bear them. */
export interface Seen {
  readonly what: "tags" | "images";
  readonly count: number;
}

/** How many tags come with a page of the server's list. */
const TELL_EVERY = 1000;

/** All tags, and how they are known: by a list of the server, or counted here over all images. */
export interface TagList {
  readonly tags: readonly CountedTag[];
  readonly source: "listed" | "counted";
}

/**
 * All tags of the images that one may see, those that most images bear first. A server that does not list tags, as a plain
 * Glance, is asked for all images. `onProgress` is told how far it is.
 */
export async function countTags(
  client: Client,
  signal: AbortSignal,
  onProgress: (seen: Seen) => void,
): Promise<TagList> {
  try {
    const listed: CountedTag[] = [];
    for await (const { name: tag, images } of cloudTags(client, {}, { signal })) {
      listed.push({ tag, images });
      if (listed.length % TELL_EVERY === 0) onProgress({ what: "tags", count: listed.length });
    }
    return { tags: listed.toSorted((one, other) => other.images - one.images), source: "listed" };
  } catch (error) {
    if (!(error instanceof NotServedError)) throw error;
  }
  const tell = (count: number) => onProgress({ what: "images", count });
  const counts = await tagCounts(client, {}, { signal, onProgress: tell });
  return { tags: [...counts].map(([tag, images]) => ({ tag, images })), source: "counted" };
}

/** The tags that begin so, as many as are asked for, in the order of code points; none of a server that does not list tags. */
export async function tagsBeginning(
  client: Client,
  beginning: string,
  limit: number,
  signal: AbortSignal,
): Promise<readonly CountedTag[]> {
  const reply = await client.cloudTags.list({
    query: { name: `${beginning}*`, limit },
    fetchOptions: { signal },
  });
  return reply.status === 200 ? reply.body.tags.map(({ name: tag, images }) => ({ tag, images })) : [];
}
