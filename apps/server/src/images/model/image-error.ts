import type { ErrorReason } from "@imagetags/contract";

/** What is wrong with a request, for programs and in words for the caller. */
export interface Problem<Reason extends ErrorReason = ErrorReason> {
  readonly reason: Reason;
  readonly message: string;
}

/** An error that the caller made or met; its message is for the caller. */
export class ImageError extends Error implements Problem {
  override readonly name = "ImageError";
  readonly reason: ErrorReason;

  constructor(reason: ErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What a caller is told that is not there. */
export const notFoundMessages = {
  image: (imageId: string) => `Image ${imageId} not found.`,
  tag: (imageId: string, tag: string) => `Image ${imageId} has no tag ${tag}.`,
} as const;

/** The image does not exist, is deleted, or the caller may not see it: which, is not told. */
export function imageNotFound(imageId: string): ImageError {
  return new ImageError("no-such-image", notFoundMessages.image(imageId));
}

/** The same finding as Glance words it of an image itself and of its data. */
export function noImageWithId(imageId: string): ImageError {
  return new ImageError("no-such-image", `No image found with ID ${imageId}`);
}

/** The image does not bear the tag. */
export function tagNotFound(imageId: string, tag: string): ImageError {
  return new ImageError("no-such-tag", notFoundMessages.tag(imageId, tag));
}

/** The caller sees the image but may not do this. `action` is the name by which Glance refuses it. */
export function forbidden(action: string): ImageError {
  return new ImageError("forbidden", `You are not authorized to complete ${action} action.`);
}

/** An image of this status takes no data. */
export function notQueued(status: string): ImageError {
  return new ImageError(
    "image-not-queued",
    `Image status transition from ${status} to saving is not allowed`,
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

/** The error for more different tags than the quota (negative: any number), if there are more. */
export function refuseTagCount(attempted: number, quota: number, imageId?: string): ImageError | undefined {
  return quota >= 0 && attempted > quota ? tagQuotaExceeded(attempted, quota, imageId) : undefined;
}

/** How many properties an image may have. Source: Glance, default of `image_property_quota`. */
const PROPERTY_QUOTA = 128;

/** The error for more properties than an image may have, if there are more. */
export function propertyQuotaExceeded(attempted: number): ImageError | undefined {
  if (attempted <= PROPERTY_QUOTA) return undefined;
  return new ImageError(
    "property-quota-exceeded",
    `The limit has been exceeded on the number of allowed image properties. ` +
      `Attempted: ${attempted}, Maximum: ${PROPERTY_QUOTA}`,
  );
}
