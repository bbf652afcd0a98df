import type { ServedImage } from "@imagetags/contract";
import type { ImageRecord } from "../../images/model/image-record.ts";
import { toWireTime } from "./wire-time.ts";

/** An image as it travels: its properties beside its fields. A field wins over a property of its name. */
export function toImageView(image: ImageRecord): ServedImage {
  const self = `/v2/images/${image.id}`;
  return {
    ...Object.fromEntries(image.properties),
    name: image.name,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    visibility: image.visibility,
    size: image.size,
    virtual_size: image.virtualSize,
    status: image.status,
    checksum: image.checksum,
    protected: image.protected,
    min_ram: image.minRam,
    min_disk: image.minDisk,
    owner: image.owner,
    os_hidden: image.osHidden,
    os_hash_algo: image.osHashAlgo,
    os_hash_value: image.osHashValue,
    id: image.id,
    created_at: toWireTime(image.createdAt),
    updated_at: toWireTime(image.updatedAt),
    tags: [...image.tags],
    self,
    file: `${self}/file`,
    schema: "/v2/schemas/image",
  };
}
