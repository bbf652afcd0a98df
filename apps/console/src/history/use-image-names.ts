import type { TagEvent } from "@imagetags/client";
import { useQuery } from "@tanstack/preact-query";
import { useServer } from "../server/server-context.ts";

/** How many images are asked for at once, which keeps the address short. */
const MOST_NAMED = 100;

/** The names of the images that events are about, by their ids: of those that are there and have one. */
export function useImageNames(events: readonly TagEvent[]): ReadonlyMap<string, string> {
  const { client } = useServer();
  const ids = [...new Set(events.map(({ image_id: id }) => id))];
  const { data } = useQuery({
    queryKey: ["names", ids],
    queryFn: async ({ signal }) => {
      const names = new Map<string, string>();
      for (let at = 0; at < ids.length; at += MOST_NAMED) {
        const some = ids.slice(at, at + MOST_NAMED);
        const reply = await client.images.list({
          query: { id: `in:${some.join(",")}`, limit: MOST_NAMED },
          fetchOptions: { signal },
        });
        if (reply.status !== 200) return names;
        for (const { id, name } of reply.body.images) if (name) names.set(id, name);
      }
      return names;
    },
    enabled: ids.length > 0,
    placeholderData: (before) => before,
  });
  return data ?? new Map<string, string>();
}
