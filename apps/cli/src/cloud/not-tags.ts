import { randomUUID } from "node:crypto";
import type { Client } from "@imagetags/client";

/**
 * Whether the server leaves out the images that bear a tag of `not-tags` (API-SIG guideline "Tags"). Glance does
 * not, and takes the name for that of a property which no image has, so its list would be empty. So the server is
 * asked for the images without a tag that nobody has: one that knows the filter has an image to show, if the caller
 * sees any at all.
 */
export async function knowsNotTags(client: Client, signal?: AbortSignal): Promise<boolean> {
  const reply = await client.images.list({
    query: { limit: 1, "not-tags": randomUUID() },
    fetchOptions: { signal: signal ?? null },
  });
  return reply.status === 200 && reply.body.images.length > 0;
}
