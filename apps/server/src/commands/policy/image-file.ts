import { readFileSync } from "node:fs";
import { glanceContract, VISIBILITIES } from "@imagetags/contract";
import { z } from "zod";
import { ConfigError } from "../../config/config.ts";
import { errorText } from "../../error-text.ts";
import type { ImageAccess, ImageRecord } from "../../images/model/image-record.ts";

/** A visibility that no rule knows is a mistake, since rules compare with it. */
const shown = glanceContract.images.show.responses[200].extend({ visibility: z.enum(VISIBILITIES) });

/** The descriptor of standard input. */
const STDIN = 0;

/**
 * Reads an image from the JSON that `GET /v2/images/{image_id}` answers. `-` is standard input. The JSON does
 * not tell whether the image is shared with the asking project; `isMember` does.
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
  const record = toRecord(parsed.data);
  const { id, owner, visibility, protected: isProtected } = record;
  return { id, owner, visibility, protected: isProtected, isMember, record };
}

function toRecord(image: z.output<typeof shown>): ImageRecord {
  const properties = Object.entries(image).flatMap(([name, value]) =>
    name in shown.shape || (typeof value !== "string" && value !== null) ? [] : [[name, value] as const],
  );
  return {
    id: image.id,
    name: image.name ?? null,
    status: image.status,
    visibility: image.visibility,
    owner: image.owner ?? null,
    protected: image.protected,
    osHidden: image.os_hidden ?? false,
    size: image.size ?? null,
    virtualSize: image.virtual_size ?? null,
    diskFormat: image.disk_format ?? null,
    containerFormat: image.container_format ?? null,
    checksum: image.checksum ?? null,
    osHashAlgo: image.os_hash_algo ?? null,
    osHashValue: image.os_hash_value ?? null,
    minDisk: image.min_disk,
    minRam: image.min_ram,
    createdAt: new Date(image.created_at),
    updatedAt: new Date(image.updated_at),
    tags: image.tags,
    properties: new Map(properties),
  };
}
