import type { Visibility } from "@imagetags/contract";
import {
  INCOMPARABLE_ATTRIBUTES,
  UNKNOWN,
  type PolicyTarget,
  type TargetValue,
} from "../../policy/policy-target.ts";
import type { ImageAccess, ImageRecord } from "../model/image-record.ts";

/**
 * An image as the rules see it. They know its attributes and properties by name, `owner` as `project_id`,
 * `member` as `member_id` and `image_id` as `id`. `member` is the asking project where the image is shared with
 * it. What needs the whole image is unknown while that is not at hand. Source: Glance, glance/api/policy.py,
 * `ImageTarget`, and glance/db/__init__.py, `_format_image_from_db`.
 */
export function imageTarget(image: ImageAccess, projectId: string | null): PolicyTarget {
  return {
    attribute(name) {
      switch (name) {
        case "owner":
        case "project_id":
          return image.owner;
        case "visibility":
          return image.visibility;
        case "member":
        case "member_id":
          return image.isMember && image.visibility === "shared" && image.owner !== projectId
            ? projectId
            : null;
        case "id":
        case "image_id":
          return image.id;
        case "protected":
          return image.protected;
        default:
          if (INCOMPARABLE_ATTRIBUTES.has(name)) return undefined;
          return image.record === undefined ? UNKNOWN : inRecord(image.record, name);
      }
    },
  };
}

/**
 * An image that is to be made, or that is any of a project's own, as the rules see it.
 * Source: Glance, glance/api/v2/policy.py, `ImageAPIPolicy`.
 */
export function proposedTarget(owner: string | null, visibility: Visibility): PolicyTarget {
  return {
    attribute(name) {
      if (name === "owner" || name === "project_id") return owner;
      return name === "visibility" ? visibility : undefined;
    },
  };
}

function inRecord(image: ImageRecord, name: string): TargetValue | undefined {
  switch (name) {
    case "name":
      return image.name;
    case "status":
      return image.status;
    case "os_hidden":
      return image.osHidden;
    case "size":
      return image.size;
    case "virtual_size":
      return image.virtualSize;
    case "disk_format":
      return image.diskFormat;
    case "container_format":
      return image.containerFormat;
    case "checksum":
      return image.checksum;
    case "os_hash_algo":
      return image.osHashAlgo;
    case "os_hash_value":
      return image.osHashValue;
    case "min_disk":
      return image.minDisk;
    case "min_ram":
      return image.minRam;
    default:
      return image.properties.get(name);
  }
}
