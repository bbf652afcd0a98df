import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useMemo } from "preact/hooks";
import type { ImagePage } from "../images/image-list.ts";
import { IMAGES } from "../images/use-images.ts";
import { useServer } from "../server/server-context.ts";
import { TAGS, tagsBeginning, type CountedTag } from "./tag-list.ts";

/** A tag that may be meant, and how many images bear it where that is known. */
export interface SuggestedTag {
  readonly tag: string;
  readonly images: number | undefined;
}

const MOST_SUGGESTED = 12;
const NONE: readonly CountedTag[] = [];

/**
 * The tags of the server that begin with what was typed, and those of the images that were read which contain it. While
 * nothing is known of the server, or it lists no tags, those of the images alone.
 */
export function useSuggestedTags(typed: string, isWanted: boolean): readonly SuggestedTag[] {
  const { client } = useServer();
  const cache = useQueryClient();
  const { data: listed = NONE } = useQuery({
    queryKey: [TAGS, "beginning", typed],
    queryFn: ({ signal }) => tagsBeginning(client, typed, MOST_SUGGESTED, signal),
    enabled: isWanted && typed !== "",
    placeholderData: (before) => before,
  });
  const known = useMemo(() => {
    if (!isWanted) return [];
    const lists = cache.getQueriesData<{ readonly pages: readonly ImagePage[] }>({ queryKey: [IMAGES] });
    const pages = lists.flatMap(([, data]) => data?.pages ?? []);
    return [...new Set(pages.flatMap(({ images }) => images.flatMap(({ tags }) => tags)))].toSorted();
  }, [cache, isWanted]);
  return useMemo(() => {
    const part = typed.toLowerCase();
    const contained = known.filter((tag) => tag.toLowerCase().includes(part));
    const beginning = contained.filter((tag) => tag.toLowerCase().startsWith(part));
    const counts = new Map(
      listed.filter(({ tag }) => tag.startsWith(typed)).map(({ tag, images }) => [tag, images]),
    );
    return [...new Set([...counts.keys(), ...beginning, ...contained])]
      .filter((tag) => tag !== typed)
      .slice(0, MOST_SUGGESTED)
      .map((tag) => ({ tag, images: counts.get(tag) }));
  }, [known, listed, typed]);
}
