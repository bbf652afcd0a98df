import { UUID } from "@imagetags/contract";
import type { ImageAccess } from "./image-record.ts";
import type { ImageKey, Permit } from "./image-store.ts";
import { toVisibility } from "./read-image.ts";
import type { Work } from "./statement.ts";
import type { Statements } from "./statements.ts";

/** Thrown out of a change that its {@link Permit} refuses, before anything is written. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reason: Error;

  constructor(reason: Error) {
    super(reason.message, { cause: reason });
    this.reason = reason;
  }
}

/** Finds what decides about access to an image; `undefined` when there is none or it is deleted. */
export function* findAccess(sql: Statements, key: ImageKey): Work<ImageAccess | undefined> {
  const row = (yield* sql.findAccess.first(key)) ?? (yield* findFolded(sql, key));
  if (row === undefined) return undefined;
  return {
    id: row.id,
    owner: row.owner,
    visibility: toVisibility(row.visibility),
    protected: Boolean(row.protected),
    isMember: Boolean(row.is_member),
  };
}

/** Ids are kept in lower case; one that is kept otherwise is found above when it is written out. */
function* findFolded(sql: Statements, { imageId, projectId }: ImageKey) {
  const folded = imageId.toLowerCase();
  if (folded === imageId || !UUID.test(imageId)) return undefined;
  return yield* sql.findAccess.first({ imageId: folded, projectId });
}

/** Finds an image and asks for permission to change it. */
export function* openForChange(
  sql: Statements,
  key: ImageKey,
  permit: Permit,
): Work<ImageAccess | undefined> {
  const image = yield* findAccess(sql, key);
  if (image === undefined) return undefined;
  const refused = permit(image);
  if (refused !== undefined) throw new Refusal(refused);
  return image;
}
