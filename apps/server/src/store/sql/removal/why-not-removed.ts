import type { ImageKey, Permit } from "../../../images/model/image-store.ts";
import { findAccessAndTag, Refusal } from "../lock-and-authorize.ts";
import type { Steps } from "../statement.ts";
import type { Tx } from "../tx.ts";

/** Tells in one query why a batch did not remove a tag. `unknown` when a transaction must decide. */
export function* whyNotRemoved(
  tx: Tx,
  key: ImageKey,
  tag: string,
  permit: Permit,
): Steps<"no-tag" | "no-image" | "unknown"> {
  // The query does not read all of the image.
  if (permit.needsRecord === true) return "unknown";
  const found = yield* findAccessAndTag(tx, key, tag);
  // That a tag is gone is certain when it would be gone on the server that takes this one's place too.
  const { confirm } = tx.sql.dialect;
  if (confirm !== undefined) yield confirm;
  if (found === undefined) return "no-image";
  const refused = permit(found.access);
  if (refused !== undefined) throw new Refusal(refused);
  return found.bearsTag ? "unknown" : "no-tag";
}
