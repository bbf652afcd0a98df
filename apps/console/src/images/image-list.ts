import { images, type Client, type Image, type ImageFilter } from "@imagetags/client";
import type { ImageChoice, ImagesAddress } from "../address/address.ts";
import { Refusal } from "../server/refusal.ts";

/** A page of images as the server lists them; `next` is there when more may follow. */
export interface ImagePage {
  readonly images: readonly Image[];
  readonly next: string | undefined;
}

/** The first page is there at once, the others with few requests. */
const FIRST_PAGE = 100;
const FURTHER_PAGE = 1000;

/** What the server is asked for. A part of a name it cannot be: that is looked for here. */
function filterOf({ has, any, not, owner, visibility }: ImageChoice): ImageFilter {
  return {
    ...(has.length > 0 && { tag: [...has] }),
    ...(any.length > 0 && { "tags-any": any.join(",") }),
    ...(not.length > 0 && { "not-tags": not.join(",") }),
    ...(owner !== "" && { owner }),
    ...(visibility !== undefined && { visibility }),
  };
}

/** Whether an image has this part in its name, whatever the case. Its id will do as well. */
export function hasInName({ id, name }: Image, part: string): boolean {
  const wanted = part.toLowerCase();
  return (name ?? "").toLowerCase().includes(wanted) || id === wanted;
}

/** The page after a marker. */
export async function imagePage(
  client: Client,
  { sort, ...choice }: ImagesAddress,
  marker: string | undefined,
  signal: AbortSignal,
): Promise<ImagePage> {
  const reply = await client.images.list({
    query: {
      ...filterOf(choice),
      sort: `${sort.column}:${sort.direction}`,
      limit: marker === undefined ? FIRST_PAGE : FURTHER_PAGE,
      marker,
    },
    fetchOptions: { signal },
  });
  if (reply.status !== 200) throw new Refusal(reply);
  const { images: listed, next } = reply.body;
  return { images: listed, next: next === undefined ? undefined : listed.at(-1)?.id };
}

/** All images of a choice, page after page. */
export async function* allImages(
  client: Client,
  choice: ImageChoice,
  signal: AbortSignal,
): AsyncGenerator<Image, void, undefined> {
  for await (const image of images(client, { ...filterOf(choice), limit: FURTHER_PAGE }, { signal })) {
    if (hasInName(image, choice.name)) yield image;
  }
}
