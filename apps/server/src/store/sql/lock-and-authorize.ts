import { UUID } from "@imagetags/contract";
import type { SqlBool } from "kysely";
import type { ImageAccess } from "../../images/model/image-record.ts";
import type { ImageKey, Permit } from "../../images/model/image-store.ts";
import { storableOrNull } from "./dialect.ts";
import { readImage, toVisibility } from "./read-image.ts";
import type { Steps } from "./statement.ts";
import type { Statements } from "./statements.ts";
import type { Tx } from "./tx.ts";

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
export function* findAccess(tx: Tx, key: ImageKey): Steps<ImageAccess | undefined> {
  const row = yield* findByIdInAnyCase(tx, key.imageId, (imageId) =>
    tx.sql.findAccess.first({ projectId: askingProject(tx, key), imageId }),
  );
  return row === undefined ? undefined : toAccess(row);
}

/** The same, and whether the image bears a tag, in one state of the database. */
export function* findAccessAndTag(
  tx: Tx,
  key: ImageKey,
  tag: string,
): Steps<{ readonly access: ImageAccess; readonly bearsTag: boolean } | undefined> {
  const row = yield* findByIdInAnyCase(tx, key.imageId, (imageId) =>
    tx.sql.findAccessAndTag.first({ projectId: askingProject(tx, key), imageId, tag }),
  );
  return row === undefined ? undefined : { access: toAccess(row), bearsTag: Boolean(row.bears_tag) };
}

/** A project that no column can hold is a member of no image. */
function askingProject({ sql }: Tx, { projectId }: ImageKey): string | null {
  return storableOrNull(sql.dialect, "image_members.member", projectId);
}

interface AccessRow {
  readonly id: string;
  readonly owner: string | null;
  readonly visibility: string;
  readonly protected: SqlBool;
  readonly is_member: SqlBool;
}

function toAccess(row: AccessRow): ImageAccess {
  return {
    id: row.id,
    owner: row.owner,
    visibility: toVisibility(row.visibility),
    protected: Boolean(row.protected),
    isMember: Boolean(row.is_member),
  };
}

/**
 * Looks for an image by its id, and for a UUID in other cases too: ours are in lower case, and Glance keeps its
 * writer's.
 */
export function* findByIdInAnyCase<Row>(
  { sql: { dialect } }: Tx,
  imageId: string,
  find: (imageId: string) => Steps<Row | undefined>,
): Steps<Row | undefined> {
  if (!dialect.canStore("images.id", imageId)) return undefined;
  const spellings = UUID.test(imageId) ? [imageId, imageId.toLowerCase(), imageId.toUpperCase()] : [imageId];
  for (const spelling of new Set(spellings)) {
    const row = yield* find(spelling);
    if (row !== undefined) return row;
  }
  return undefined;
}

/** Finds an image, and keeps others from changing it meanwhile. */
function* findLocked(tx: Tx, key: ImageKey): Steps<ImageAccess | undefined> {
  if (!tx.sql.dialect.locksRows) return yield* findAccess(tx, key);
  // The lock comes first, so that all that is read is as the transaction before this one left it.
  const locked = yield* findByIdInAnyCase(tx, key.imageId, (imageId) => lockImage(tx, imageId));
  return locked === undefined ? undefined : yield* findAccess(tx, { ...key, imageId: locked.id });
}

/** Takes an image's row lock. Where locks stay on one server of several, it writes the row too. */
export function* lockImage({ sql }: Tx, imageId: string): Steps<{ readonly id: string } | undefined> {
  if (!sql.dialect.meetsByWrites) return yield* sql.lockImage.first({ imageId });
  return (yield* toggleImage(sql, imageId)) ? { id: imageId } : undefined;
}

/** Writes an image's row and leaves it as it was. Tells whether there is one. */
export function* toggleImage(sql: Statements, imageId: string): Steps<boolean> {
  if ((yield* sql.toggleImage.run({ imageId })) === 0) return false;
  yield* sql.toggleImage.run({ imageId });
  return true;
}

/** Finds an image, asks for permission to change it, and then checks the state that the change needs. */
export function* lockAndAuthorize(tx: Tx, key: ImageKey, permit: Permit): Steps<ImageAccess | undefined> {
  const found = yield* findLocked(tx, key);
  return found === undefined ? undefined : yield* authorize(tx, found, key, permit);
}

/** Refuses a change of an image that was found, by its permit and then by the state that the change needs. */
export function* authorize(tx: Tx, found: ImageAccess, key: ImageKey, permit: Permit): Steps<ImageAccess> {
  const needed = permit.needsRecord === true || key.precondition !== undefined;
  const record = needed ? yield* readImage(tx, found.id) : undefined;
  const image = record === undefined ? found : { ...found, record };
  const refused = permit(image);
  if (refused !== undefined) throw new Refusal(refused);
  const failed = record === undefined ? undefined : key.precondition?.(record);
  if (failed !== undefined) throw new Refusal(failed);
  return image;
}
