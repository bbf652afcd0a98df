import type { Image } from "@imagetags/client";
import { useInfiniteQuery } from "@tanstack/preact-query";
import { useMemo } from "preact/hooks";
import type { ImagesAddress } from "../address/address.ts";
import { useServer } from "../server/server-context.ts";
import { hasInName, imagePage } from "./image-list.ts";

/** The lists of images among all that is remembered of the server. */
export const IMAGES = "images";

/** The images of an address that have been read so far. */
export interface LoadedImages {
  readonly images: readonly Image[];
  readonly error: Error | null;
  readonly isLoading: boolean;
  readonly isFetching: boolean;
  readonly hasMore: boolean;
  readonly loadMore: () => void;
  readonly reload: () => void;
}

export function useImages(address: ImagesAddress): LoadedImages {
  const { client } = useServer();
  // What the server is not asked for changes nothing about what it answers.
  const asked = { ...address, name: "" };
  const query = useInfiniteQuery({
    queryKey: [IMAGES, asked],
    queryFn: ({ pageParam, signal }) => imagePage(client, asked, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
  const { data } = query;
  const images = useMemo(() => {
    const seen = new Set<string>();
    return (data?.pages ?? [])
      .flatMap((page) => page.images)
      .filter((image) => !seen.has(image.id) && seen.add(image.id) && hasInName(image, address.name));
  }, [data, address.name]);
  return {
    images,
    error: query.error,
    isLoading: query.isPending,
    isFetching: query.isFetching,
    hasMore: query.hasNextPage,
    loadMore: () => void (query.isFetching || query.fetchNextPage()),
    reload: () => void query.refetch(),
  };
}
