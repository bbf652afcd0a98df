import type { ServedImage } from "@imagetags/contract";
import { toImageView } from "../http/wire/image-view.ts";
import type { Caller } from "../identity/caller.ts";
import type { ImageRecords } from "../images/image-service.ts";
import type { ImageRecord } from "../images/model/image-record.ts";

/** A property that Glance keeps to itself. Source: Glance, glance/api/v2/images.py, `_hidden_properties`. */
const HIDDEN = "os_glance_stage_host";

/**
 * Images as Glance shows them, as far as that does not hang on its settings: with the stores that hold their data, and
 * without what it keeps to itself. Of a deactivated image only an admin sees stores.
 */
export async function glanceViews(
  { store, policy }: ImageRecords,
  caller: Caller,
  images: readonly ImageRecord[],
): Promise<ServedImage[]> {
  const isAdmin = policy.isAdmin(caller);
  const seen = images.filter(({ status }) => isAdmin || status !== "deactivated");
  const stores = await store.findStores(seen.map(({ id }) => id));
  return images.map((image) => {
    const { [HIDDEN]: _hidden, ...view } = toImageView(image);
    const its = stores.get(image.id);
    return its === undefined ? view : { ...view, stores: its.join(",") };
  });
}
