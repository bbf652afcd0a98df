import { z } from "zod";
import type { ImageStores } from "../../images/model/image-store.ts";
import { rowsOfQuery, type Steps } from "./statement.ts";
import type { Tx } from "./tx.ts";

/** What Glance notes about a location, as far as it is read here. */
const locationNotes = z.looseObject({ store: z.string().min(1) });

/**
 * See {@link ImageStore.findStores}. Glance writes the store of each location into its metadata. Source: Glance,
 * glance/api/v2/images.py, `_format_image`.
 */
export function* findStores({ queries }: Tx, imageIds: readonly string[]): Steps<ImageStores> {
  const found = new Map<string, string[]>();
  if (imageIds.length === 0) return found;
  const rows = yield* rowsOfQuery(
    queries
      .selectFrom("image_locations")
      .select(["image_id", "meta_data"])
      .where("image_id", "in", imageIds)
      .where("status", "=", "active")
      .where((row) => row.not("deleted"))
      .orderBy("id")
      .compile(),
  );
  for (const row of rows) {
    const store = storeOf(row.meta_data);
    if (store === undefined) continue;
    const stores = found.get(row.image_id);
    if (stores === undefined) found.set(row.image_id, [store]);
    else stores.push(store);
  }
  return found;
}

function storeOf(notes: string | null): string | undefined {
  try {
    return locationNotes.safeParse(JSON.parse(notes ?? "null")).data?.store;
  } catch {
    return undefined;
  }
}
