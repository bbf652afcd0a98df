import { randomUUID } from "node:crypto";
import { images, type Client, type Image, type ImageFilter } from "@imagetags/client";
import type { ImageChoice } from "../options/image-options.ts";
import { filterOf } from "./choice-filter.ts";

/** What {@link chosenImages} takes besides the choice. */
export interface ChosenImagesOptions {
  /** Images that are hidden from lists too, unless the choice is about them alone. */
  readonly withHidden?: boolean;
  /** How many images are wanted at most. */
  readonly limit?: number | undefined;
  /** In which order: `name:asc,size:desc`; the newest first when absent. */
  readonly sort?: string | undefined;
  readonly signal?: AbortSignal;
  /** Called for each image that the server has listed, with how many these are. */
  readonly onSeen?: (seen: number) => void;
}

/** The images of a choice, page by page. Tags and names are compared exactly, also where the server's filter is not. */
export async function* chosenImages(
  client: Client,
  choice: ImageChoice,
  { withHidden = false, limit = Infinity, sort, signal, onSeen }: ChosenImagesOptions = {},
): AsyncGenerator<Image, void, undefined> {
  const { tags, notTags, onlyHidden, properties } = choice;
  const order = sort === undefined ? {} : { sort };
  // Glance trims the tags of a filter, and would find no image for one with blanks around it.
  const sendable = { ...choice, tags: tags.filter((tag) => tag.trim() === tag) };
  const filter = { ...filterOf(sendable), ...order, ...(await notTagsFilter(client, notTags, signal)) };
  // A page has at least 25 images, because some may be left out here.
  const pageSize = limit < Infinity ? { limit: Math.min(Math.max(limit, 25), 500) } : {};
  let seen = 0;
  let given = 0;
  const lists: readonly boolean[] = onlyHidden ? [true] : withHidden ? [false, true] : [false];
  for (const isHidden of lists) {
    const query: ImageFilter = { ...filter, ...pageSize, ...(isHidden ? { os_hidden: true } : {}) };
    for await (const image of images(client, query, { signal })) {
      onSeen?.((seen += 1));
      const bears = (wanted: string) => image.tags.includes(wanted);
      if (!tags.every(bears) || notTags.some(bears)) continue;
      if (choice.name !== undefined && image.name !== choice.name) continue;
      if (!properties.every(([name, value]) => Object.hasOwn(image, name) && hasValue(image[name], value)))
        continue;
      yield image;
      given += 1;
      if (given >= limit) return;
    }
  }
}

/**
 * The images of a choice that bear one more tag, hidden ones too. A server finds the images of a tag from an index,
 * where it has one.
 */
export function imagesBearing(
  client: Client,
  tag: string,
  choice: ImageChoice,
  signal: AbortSignal,
): AsyncGenerator<Image, void, undefined> {
  const bearing = { ...choice, tags: [...new Set([...choice.tags, tag])] };
  return chosenImages(client, bearing, { withHidden: true, signal });
}

/** The filter `not-tags` where the server knows it, so that it does not send images which are left out here anyway. */
async function notTagsFilter(
  client: Client,
  notTags: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ImageFilter> {
  // The filter is a list with commas, so a tag with one cannot stand in it, nor can an empty one.
  const sendable = notTags.filter((tag) => tag !== "" && !tag.includes(","));
  if (sendable.length === 0 || !(await knowsNotTags(client, signal))) return {};
  return { "not-tags": sendable };
}

/**
 * Whether the server leaves out the images that bear a tag of `not-tags` (API-SIG guideline "Tags"). Glance does not: it
 * takes the name for that of a property which no image has, so its list would be empty. A server that knows the filter
 * has an image to show without a tag that nobody has, if the caller sees any at all.
 */
async function knowsNotTags(client: Client, signal: AbortSignal | undefined): Promise<boolean> {
  const reply = await client.images.list({
    query: { limit: 1, "not-tags": randomUUID() },
    fetchOptions: { signal: signal ?? null },
  });
  return reply.status === 200 && reply.body.images.length > 0;
}

/** Properties are text by the API, and the fields beside them may be numbers and booleans. */
function hasValue(value: unknown, wanted: string): boolean {
  return typeof value === "string" ? value === wanted : JSON.stringify(value) === wanted;
}
