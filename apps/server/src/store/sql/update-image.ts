import type { PropertyValue } from "@imagetags/contract";
import type { Updateable } from "kysely";
import { tagChanges, writeTags } from "./change-tags.ts";
import { touchWithEvents } from "./events/record-events.ts";
import type { ImageEdit, ImageFields, ImageRecord } from "../../images/model/image-record.ts";
import type { ImageKey, Permit } from "../../images/model/image-store.ts";
import { holdRules, stepsOf } from "./rules/hold-rules.ts";
import { lockAndAuthorize, Refusal } from "./lock-and-authorize.ts";
import { readImage } from "./read-image.ts";
import { rejectUnstorable } from "./reject-unstorable.ts";
import type { Schema } from "./schema.ts";
import type { Steps } from "./statement.ts";
import type { Tx } from "./tx.ts";

/** See {@link ImageStore.updateImage}. */
export function* updateImage(
  tx: Tx,
  key: ImageKey,
  permit: Permit,
  edit: (image: ImageRecord) => ImageEdit | Error,
): Steps<ImageRecord | "no-image"> {
  const access = yield* lockAndAuthorize(tx, key, permit);
  if (access === undefined) return "no-image";
  const imageId = access.id;
  const image = yield* readImage(tx, imageId);
  if (image === undefined) return "no-image";
  const edited = edit(image);
  if (edited instanceof Error) throw new Refusal(edited);
  rejectUnstorable(tx.sql.dialect, { ...edited, ...edited.fields });

  const tags = tagChanges(new Set(image.tags), edited.tags);
  yield* holdRules(tx, image.owner, stepsOf(tags), key.actor);
  const fields = yield* writeFields(tx, image, edited.fields);
  yield* writeTags(tx, imageId, tags);
  const properties = yield* writeProperties(tx, image, edited.properties);
  if (!fields && tags.length === 0 && !properties) return image;
  const owner = edited.fields.owner === undefined ? image.owner : edited.fields.owner;
  yield* touchWithEvents(tx, { id: imageId, owner }, tags, key.actor);
  return (yield* readImage(tx, imageId)) ?? "no-image";
}

function* writeFields({ queries }: Tx, image: ImageRecord, fields: Partial<ImageFields>): Steps<boolean> {
  const columns: Updateable<Schema["images"]> = {};
  if (differs(image, fields, "name")) columns.name = fields.name;
  if (differs(image, fields, "status")) columns.status = fields.status;
  if (differs(image, fields, "visibility")) columns.visibility = fields.visibility;
  if (differs(image, fields, "owner")) columns.owner = fields.owner;
  if (differs(image, fields, "protected")) columns.protected = fields.protected;
  if (differs(image, fields, "osHidden")) columns.os_hidden = fields.osHidden;
  if (differs(image, fields, "diskFormat")) columns.disk_format = fields.diskFormat;
  if (differs(image, fields, "containerFormat")) columns.container_format = fields.containerFormat;
  if (differs(image, fields, "minDisk")) columns.min_disk = fields.minDisk;
  if (differs(image, fields, "minRam")) columns.min_ram = fields.minRam;
  if (Object.keys(columns).length === 0) return false;
  yield queries.updateTable("images").set(columns).where("id", "=", image.id).compile();
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
  tx: Tx,
  { id: imageId, properties: present }: ImageRecord,
  wanted: ReadonlyMap<string, PropertyValue>,
): Steps<boolean> {
  let written = false;
  for (const name of present.keys()) {
    if (wanted.has(name)) continue;
    yield* tx.sql.removeProperty.run({ imageId, name, now: tx.now });
    written = true;
  }
  for (const [name, value] of wanted) {
    if (present.get(name) === value) continue;
    const revived = yield* tx.sql.setProperty.run({ imageId, name, value, now: tx.now });
    if (revived === 0) yield* tx.sql.insertProperty.run({ imageId, name, value, now: tx.now });
    written = true;
  }
  return written;
}
