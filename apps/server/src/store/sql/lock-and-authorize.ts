import { UUID } from "@imagetags/contract";
import type { SqlBool } from "kysely";
import type { ImageAccess } from "../../images/model/image-record.ts";
import type { ImageKey, Permit } from "../../images/model/image-store.ts";
import { readImage, toVisibility } from "./read-image.ts";
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
  const row = yield* findSpelled(sql, key.imageId, (imageId) => sql.findAccess.first({ ...key, imageId }));
  return row === undefined ? undefined : toAccess(row);
}

/** The same, and whether the image bears a tag, all of it in one state of the database. */
export function* findBearer(
  sql: Statements,
  key: ImageKey,
  tag: string,
): Work<{ readonly access: ImageAccess; readonly bearsTag: boolean } | undefined> {
  const row = yield* findSpelled(sql, key.imageId, (imageId) =>
    sql.findBearer.first({ ...key, imageId, tag }),
  );
  return row === undefined ? undefined : { access: toAccess(row), bearsTag: Boolean(row.bears_tag) };
}

/** A row as {@link Statements} finds it. */
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

/** Looks for an image by its id; a UUID in the other case too: ours are in lower case, Glance keeps its writer's. */
function* findSpelled<Row>(
  { dialect }: Statements,
  imageId: string,
  find: (imageId: string) => Work<Row | undefined>,
): Work<Row | undefined> {
  if (!dialect.holds("images.id", imageId)) return undefined;
  const spellings = UUID.test(imageId) ? [imageId, imageId.toLowerCase(), imageId.toUpperCase()] : [imageId];
  for (const spelling of new Set(spellings)) {
    const row = yield* find(spelling);
    if (row !== undefined) return row;
  }
  return undefined;
}

/** Finds an image and, where others could change it meanwhile, keeps them from it. */
function* findLocked(sql: Statements, key: ImageKey): Work<ImageAccess | undefined> {
  if (!sql.dialect.locksRows) return yield* findAccess(sql, key);
  // Before anything else of it is read: that is then as the transaction before this one left it.
  const locked = yield* findSpelled(sql, key.imageId, (imageId) => sql.lockImage.first({ imageId }));
  return locked === undefined ? undefined : yield* findAccess(sql, { ...key, imageId: locked.id });
}

/** Finds an image, asks for permission to change it, and then whether it is in the state that is needed. */
export function* openForChange(
  sql: Statements,
  key: ImageKey,
  permit: Permit,
): Work<ImageAccess | undefined> {
  const found = yield* findLocked(sql, key);
  if (found === undefined) return undefined;
  const needed = permit.needsRecord === true || key.precondition !== undefined;
  const record = needed ? yield* readImage(sql, found.id) : undefined;
  const image = record === undefined ? found : { ...found, record };
  const refused = permit(image);
  if (refused !== undefined) throw new Refusal(refused);
  const failed = record === undefined ? undefined : key.precondition?.(record);
  if (failed !== undefined) throw new Refusal(failed);
  return image;
}
