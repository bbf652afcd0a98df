import type { Kysely, Updateable } from "kysely";
import { writeTags } from "./change-tags.ts";
import type { ImageEdit, ImageFields, ImageRecord } from "../../images/model/image-record.ts";
import type { ImageKey, Permit } from "../../images/model/image-store.ts";
import { openForChange, Refusal } from "./lock-and-authorize.ts";
import { readImage } from "./read-image.ts";
import { refuseUnstorable } from "./reject-unstorable.ts";
import type { Schema } from "./schema.ts";
import type { Work } from "./statement.ts";
import type { Statements } from "./statements.ts";

/** See {@link ImageStore.updateImage}. */
export function* updateImage(
  db: Kysely<Schema>,
  sql: Statements,
  key: ImageKey,
  now: string,
  permit: Permit,
  edit: (image: ImageRecord) => ImageEdit | Error,
): Work<ImageRecord | "no-image"> {
  const access = yield* openForChange(sql, key, permit);
  if (access === undefined) return "no-image";
  const imageId = access.id;
  const image = yield* readImage(sql, imageId);
  if (image === undefined) return "no-image";
  const edited = edit(image);
  if (edited instanceof Error) throw new Refusal(edited);
  refuseUnstorable(sql, { ...edited, ...edited.fields });

  const fields = yield* writeFields(db, image, edited.fields);
  const tags = yield* writeTags(sql, imageId, new Set(image.tags), edited.tags, now);
  const properties = yield* writeProperties(sql, image, edited.properties, now);
  if (!fields && !tags && !properties) return image;
  yield* sql.touchImage.run({ imageId, now });
  return (yield* readImage(sql, imageId)) ?? "no-image";
}

function* writeFields(db: Kysely<Schema>, image: ImageRecord, fields: Partial<ImageFields>): Work<boolean> {
  const columns: Updateable<Schema["images"]> = {};
  if (differs(image, fields, "name")) columns.name = fields.name;
  if (differs(image, fields, "visibility")) columns.visibility = fields.visibility;
  if (differs(image, fields, "owner")) columns.owner = fields.owner;
  if (differs(image, fields, "protected")) columns.protected = fields.protected;
  if (differs(image, fields, "osHidden")) columns.os_hidden = fields.osHidden;
  if (differs(image, fields, "diskFormat")) columns.disk_format = fields.diskFormat;
  if (differs(image, fields, "containerFormat")) columns.container_format = fields.containerFormat;
  if (differs(image, fields, "minDisk")) columns.min_disk = fields.minDisk;
  if (differs(image, fields, "minRam")) columns.min_ram = fields.minRam;
  if (Object.keys(columns).length === 0) return false;
  yield db.updateTable("images").set(columns).where("id", "=", image.id).compile();
  return true;
}

function differs<Name extends keyof ImageFields>(
  image: ImageRecord,
  fields: Partial<ImageFields>,
  name: Name,
): fields is Partial<ImageFields> & Required<Pick<ImageFields, Name>> {
  return fields[name] !== undefined && fields[name] !== image[name];
}

function* writeProperties(
  sql: Statements,
  { id: imageId, properties: present }: ImageRecord,
  wanted: ReadonlyMap<string, string>,
  now: string,
): Work<boolean> {
  let written = false;
  for (const name of present.keys()) {
    if (wanted.has(name)) continue;
    yield* sql.removeProperty.run({ imageId, name, now });
    written = true;
  }
  for (const [name, value] of wanted) {
    if (present.get(name) === value) continue;
    const revived = yield* sql.setProperty.run({ imageId, name, value, now });
    if (revived === 0) yield* sql.insertProperty.run({ imageId, name, value, now });
    written = true;
  }
  return written;
}
