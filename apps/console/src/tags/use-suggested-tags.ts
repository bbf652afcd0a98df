import { useQueryClient } from "@tanstack/preact-query";
import { useMemo } from "preact/hooks";
import type { ImagePage } from "../images/image-list.ts";
import { IMAGES } from "../images/use-images.ts";

/** A tag that may be meant, and how many images bear it where that is known. */
export interface SuggestedTag {
  readonly tag: string;
  readonly images: number | undefined;
}

const MOST_SUGGESTED = 12;

/** The tags of the images that were read, which begin with what was typed or contain it. */
export function useSuggestedTags(typed: string, isWanted: boolean): readonly SuggestedTag[] {
  const cache = useQueryClient();
  const known = useMemo(() => {
    if (!isWanted) return [];
    const lists = cache.getQueriesData<{ readonly pages: readonly ImagePage[] }>({ queryKey: [IMAGES] });
    const pages = lists.flatMap(([, data]) => data?.pages ?? []);
    return [...new Set(pages.flatMap(({ images }) => images.flatMap(({ tags }) => tags)))].toSorted();
  }, [cache, isWanted]);
  return useMemo(() => {
    const part = typed.toLowerCase();
    const fitting = known.filter((tag) => tag !== typed && tag.toLowerCase().includes(part));
    const beginning = fitting.filter((tag) => tag.toLowerCase().startsWith(part));
    return [...new Set([...beginning, ...fitting])]
      .slice(0, MOST_SUGGESTED)
      .map((tag) => ({ tag, images: undefined }));
  }, [known, typed]);
}
