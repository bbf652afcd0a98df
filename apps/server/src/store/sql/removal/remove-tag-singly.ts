import { UUID } from "@imagetags/contract";
import type { ImageKey, Permit } from "../../../images/model/image-store.ts";
import { findAccess, findBearer, Refusal } from "../lock-and-authorize.ts";
import type { Work } from "../statement.ts";
import type { Removals, Statements } from "../statements.ts";

/**
 * Removes a tag by statements that are a transaction each: one, where the permit is certain beforehand, or
 * one that finds the image and one that removes the tag if the image is still as it was found. `unsettled`
 * is for a removal within one transaction to settle: the image was changed meanwhile.
 */
export function* removeTagSingly(
  sql: Statements,
  removals: Removals,
  key: ImageKey,
  tag: string,
  now: string,
  permit: Permit,
): Work<"removed" | "no-tag" | "no-image" | "unsettled"> {
  const { certain } = permit;
  const { imageId, projectId } = key;
  const holdsTag = sql.dialect.holds("image_tags.value", tag);
  // An id that is no UUID is meant exactly as it is written, and a column's collation may not mind.
  if (certain !== undefined && holdsTag && UUID.test(imageId)) {
    const values = { imageId, tag, now, owner: projectId, visibility: "", protected: false };
    if ((yield* removals[certain].run(values)) > 0) return "removed";
  }
  // What a permit asks of the whole image may change between the statements.
  if (permit.needsRecord === true) return "unsettled";
  const found = holdsTag
    ? yield* findBearer(sql, key, tag)
    : { access: yield* findAccess(sql, key), bearsTag: false };
  const access = found?.access;
  if (access === undefined) return "no-image";
  const refused = permit(access);
  if (refused !== undefined) throw new Refusal(refused);
  if (found?.bearsTag !== true) return "no-tag";
  // A membership can end without a trace on the image.
  if (access.isMember) return "unsettled";
  const values = { ...access, imageId: access.id, tag, now };
  return (yield* removals["as-found"].run(values)) > 0 ? "removed" : "unsettled";
}
