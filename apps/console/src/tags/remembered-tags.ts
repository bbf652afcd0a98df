import type { QueryClient } from "@tanstack/preact-query";
import type { ImagePage } from "../images/image-list.ts";
import { IMAGES } from "../images/use-images.ts";
import type { Change } from "./change-tag.ts";

interface Pages {
  readonly pages: readonly ImagePage[];
  readonly pageParams: readonly unknown[];
}

/** Shows a change of a tag in every list that the image stands in, as if the server had listed it so. */
export function rememberChange(cache: QueryClient, { imageId, tag, action }: Change): void {
  cache.setQueriesData<Pages>({ queryKey: [IMAGES] }, (data) =>
    data === undefined ? data : { ...data, pages: data.pages.map((page) => changed(page)) },
  );

  function changed(page: ImagePage): ImagePage {
    const at = page.images.findIndex(({ id }) => id === imageId);
    const image = page.images[at];
    if (image === undefined || image.tags.includes(tag) === (action === "added")) return page;
    const tags =
      action === "added" ? [...image.tags, tag].toSorted() : image.tags.filter((each) => each !== tag);
    return { ...page, images: page.images.with(at, { ...image, tags }) };
  }
}

/** Takes an image out of every list. */
export function forgetImage(cache: QueryClient, imageId: string): void {
  cache.setQueriesData<Pages>({ queryKey: [IMAGES] }, (data) =>
    data === undefined
      ? data
      : {
          ...data,
          pages: data.pages.map((page) => ({
            ...page,
            images: page.images.filter(({ id }) => id !== imageId),
          })),
        },
  );
}
