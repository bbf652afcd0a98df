import { MAX_IMAGE_BYTES, type ErrorReason } from "@imagetags/contract";
import { exceeds } from "./quotas.ts";
import type { TagRule, TagStep } from "./tag-rule.ts";

/** What is wrong with a request: a reason for programs, and words for the caller. */
export interface Problem<Reason extends ErrorReason = ErrorReason> {
  readonly reason: Reason;
  readonly message: string;
}

/** An error that the caller made or met. Its message is for the caller. */
export class ImageError extends Error implements Problem {
  override readonly name = "ImageError";
  readonly reason: ErrorReason;

  constructor(reason: ErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The messages about what does not exist. */
export const notFoundMessages = {
  image: (imageId: string) => `Image ${imageId} not found.`,
  tag: (imageId: string, tag: string) => `Image ${imageId} has no tag ${tag}.`,
} as const;

/** The image does not exist, is deleted, or the caller may not see it. The three are not told apart. */
export function imageNotFound(imageId: string): ImageError {
  return new ImageError("no-such-image", notFoundMessages.image(imageId));
}

/** The same, in Glance's words about an image itself and its data. */
export function noImageWithId(imageId: string): ImageError {
  return new ImageError("no-such-image", `No image found with ID ${imageId}`);
}

/** The image does not bear the tag. */
export function tagNotFound(imageId: string, tag: string): ImageError {
  return new ImageError("no-such-tag", notFoundMessages.tag(imageId, tag));
}

/** The caller sees the image but may not do this. `action` is Glance's name for it. */
export function forbidden(action: string): ImageError {
  return new ImageError("forbidden", `You are not authorized to complete ${action} action.`);
}

/** A rule forbids what was to be done to a tag. */
export function protectedTag({ verb, tag }: TagStep, rule: TagRule): ImageError {
  const whose = rule.projectId === null ? "the cloud" : `project ${rule.projectId}`;
  const exception = rule.unlessRole === null ? "" : `, but to bearers of the role ${rule.unlessRole}`;
  return new ImageError(
    "protected-tag",
    `Rule ${rule.id} of ${whose} forbids to ${verb} the tag ${tag}, which fits ${rule.pattern}${exception}.`,
  );
}

/** An image of this status takes no data. */
export function notQueued(status: string): ImageError {
  return new ImageError(
    "image-not-queued",
    `Image status transition from ${status} to saving is not allowed`,
  );
}

/** Two different tags of an image that the database's column takes for equal. */
export function collidingTag(tag: string, other: string): ImageError {
  return new ImageError(
    "colliding-tag",
    `Glance's database takes the tag ${JSON.stringify(tag)} for the tag ${JSON.stringify(other)} of the same image, ` +
      "and Glance would fail with both. Remove that one first.",
  );
}

/** More tags than the quota. `imageId` is given where the image exists already. */
export function tagQuotaExceeded(attempted: number, quota: number, imageId?: string): ImageError {
  const limit =
    `The limit has been exceeded on the number of allowed image tags. ` +
    `Attempted: ${attempted}, Maximum: ${quota}`;
  return new ImageError(
    "tag-quota-exceeded",
    imageId === undefined ? limit : `Image tag limit exceeded for image ${imageId}: ${limit}`,
  );
}

/** The error for more different tags than the quota (negative: unlimited); `undefined` when there are not. */
export function refuseTagCount(attempted: number, quota: number, imageId?: string): ImageError | undefined {
  return exceeds(attempted, quota) ? tagQuotaExceeded(attempted, quota, imageId) : undefined;
}

/** The error for more properties than an image may have; `undefined` when there are not. */
export function refusePropertyCount(attempted: number, quota: number): ImageError | undefined {
  if (!exceeds(attempted, quota)) return undefined;
  return new ImageError(
    "property-quota-exceeded",
    `The limit has been exceeded on the number of allowed image properties. ` +
      `Attempted: ${attempted}, Maximum: ${quota}`,
  );
}

/** The error for more images than a project may have; `undefined` when there are not. */
export function refuseImageCount(attempted: number, quota: number): ImageError | undefined {
  if (!exceeds(attempted, quota)) return undefined;
  return new ImageError(
    "image-quota-exceeded",
    `The limit has been exceeded on the number of images of the project. ` +
      `Attempted: ${attempted}, Maximum: ${quota}`,
  );
}

/** The data of an image is larger than an image may be. Source: Glance, `ImageSizeLimitExceeded`. */
export function imageTooLarge(most: number): ImageError {
  return new ImageError("image-too-large", `The provided image is too large. Maximum: ${most} bytes`);
}

/** More data than a project may have. Source: Glance, `StorageQuotaFull`. */
export function storageQuotaExceeded(size: number, remaining: number): ImageError {
  return new ImageError(
    "storage-quota-exceeded",
    `The size of the data ${size} will exceed the limit. ${Math.max(0, remaining)} bytes remaining.`,
  );
}

/** The error for tags and properties that are too long together; `undefined` when they are not. */
export function refuseImageBytes(bytes: number): ImageError | undefined {
  if (bytes <= MAX_IMAGE_BYTES) return undefined;
  return new ImageError(
    "image-metadata-too-large",
    `The tags and properties of an image have at most ${MAX_IMAGE_BYTES} bytes together, these have ${bytes}.`,
  );
}
