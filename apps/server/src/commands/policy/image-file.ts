import { readFileSync } from "node:fs";
import { glanceContract, type Image } from "@imagetags/contract";
import { ConfigError } from "../../config/config.ts";
import { errorText } from "../../error-text.ts";
import type { ImageAccess, ImageRecord } from "../../images/model/image-record.ts";

const shown = glanceContract.images.show.responses[200];

/** The descriptor of the standard input. */
const STDIN = 0;

/**
 * Reads an image from the JSON that `GET /v2/images/{image_id}` answers; `-` is the standard input. What
 * that does not tell is whether the image is shared with the asking project: that is `isMember`.
 */
export function readImageFile(path: string, isMember: boolean): ImageAccess {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path === "-" ? STDIN : path, "utf8"));
  } catch (error) {
    throw new ConfigError(`--image ${path} cannot be read: ${errorText(error)}`);
  }
  const parsed = shown.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(
      `--image ${path} is no image as GET /v2/images/{image_id} answers it: ` +
        `${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
    );
  }
  const { id, owner, visibility, protected: isProtected } = parsed.data;
  return { id, owner, visibility, protected: isProtected, isMember, record: toRecord(parsed.data) };
}

function toRecord(image: Image): ImageRecord {
  const properties = Object.entries(image).flatMap(([name, value]) =>
    name in shown.shape || typeof value !== "string" ? [] : [[name, value] as const],
  );
  return {
    id: image.id,
    name: image.name,
    status: image.status,
    visibility: image.visibility,
    owner: image.owner,
    protected: image.protected,
    osHidden: image.os_hidden,
    size: image.size,
    virtualSize: image.virtual_size,
    diskFormat: image.disk_format,
    containerFormat: image.container_format,
    checksum: image.checksum,
    osHashAlgo: image.os_hash_algo,
    osHashValue: image.os_hash_value,
    minDisk: image.min_disk,
    minRam: image.min_ram,
    createdAt: new Date(image.created_at),
    updatedAt: new Date(image.updated_at),
    tags: image.tags,
    properties: new Map(properties),
  };
}
