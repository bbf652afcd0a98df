import type { ErrorReason, Image } from "@imagetags/contract";
import { ImageTagsError } from "./errors.ts";

/**
 * What a {@link RefusedError} tells of the server's answer.
 *
 * @example
 * const show = ({ status, message, requestId }: Refusal) => console.error(status, message, requestId ?? "");
 */
export interface Refusal {
  /** The HTTP status. */
  readonly status: number;
  /** The server's own code: the status, or an IMS code such as `"IMG.0115"`. */
  readonly errorCode: number | string;
  /** What went wrong, for programs; `undefined` where the server does not say, as only imagetags servers do. */
  readonly reason: ErrorReason | undefined;
  /** The server's words, as plain text. */
  readonly message: string;
  /** The `X-Openstack-Request-Id`, which finds the request in the server's log, if there was one. */
  readonly requestId: string | undefined;
}

/**
 * The server answered a helper's request with an error, such as 403 to a caller who may not change the image. It is
 * the same for every server, whichever form its errors have. The raw calls give such an answer as a reply instead.
 *
 * @example
 * try {
 *   await removeTag(client, image_id, tag);
 * } catch (error) {
 *   if (error instanceof RefusedError && error.status === 403) console.error(error.message, error.requestId);
 *   else throw error;
 * }
 */
export class RefusedError extends ImageTagsError implements Refusal {
  override readonly name = "RefusedError";
  readonly code = "REFUSED";
  readonly status: number;
  readonly errorCode: number | string;
  readonly reason: ErrorReason | undefined;
  readonly requestId: string | undefined;

  constructor({ status, errorCode, reason, message, requestId }: Refusal) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.reason = reason;
    this.requestId = requestId;
  }
}

/**
 * There is no such image, or the caller may not see it. `image` is the id or the name that was asked for.
 *
 * @example
 * if (error instanceof ImageNotFoundError) console.error(`No image ${error.image}.`);
 */
export class ImageNotFoundError extends ImageTagsError {
  override readonly name = "ImageNotFoundError";
  readonly code = "IMAGE_NOT_FOUND";
  readonly image: string;

  constructor(image: string) {
    super(`There is no image ${image}.`);
    this.image = image;
  }
}

/**
 * Several images have the name that was asked for: `candidates` are they, as the server lists them.
 *
 * @example
 * if (error instanceof AmbiguousImageError) for (const { id, owner } of error.candidates) console.error(id, owner);
 */
export class AmbiguousImageError extends ImageTagsError {
  override readonly name = "AmbiguousImageError";
  readonly code = "AMBIGUOUS_IMAGE";
  readonly image: string;
  readonly candidates: readonly Image[];

  constructor(image: string, candidates: readonly Image[]) {
    super(
      `There are ${candidates.length} images of the name ${image}: ${candidates.map(({ id }) => id).join(", ")}.`,
    );
    this.image = image;
    this.candidates = candidates;
  }
}

/**
 * The server knows no such tag of the image by its URL, and still shows the image with the tag. Glance does so for a
 * tag with a `/`: replace the image's tags with `client.images.update` then.
 *
 * @example
 * if (error instanceof TagUnreachableError) console.error(`${error.tag} cannot be removed by itself there.`);
 */
export class TagUnreachableError extends ImageTagsError {
  override readonly name = "TagUnreachableError";
  readonly code = "TAG_UNREACHABLE";
  readonly imageId: string;
  readonly tag: string;

  constructor(imageId: string, tag: string) {
    super(`The server answers 404 to the removal of tag ${tag}, and still shows it on image ${imageId}.`);
    this.imageId = imageId;
    this.tag = tag;
  }
}

/**
 * The server took the UTF-8 of a tag in a URL for Latin-1 and stored `stored`, as Glance does under some WSGI servers.
 * `removeTag` with the same tag takes that back, unless the image bore it before. `client.images.update` carries such a
 * tag whole.
 *
 * @example
 * if (error instanceof TagAlteredError) console.error(`${error.tag} became ${error.stored}.`);
 */
export class TagAlteredError extends ImageTagsError {
  override readonly name = "TagAlteredError";
  readonly code = "TAG_ALTERED";
  readonly imageId: string;
  readonly tag: string;
  readonly stored: string;

  constructor(imageId: string, tag: string, stored: string) {
    super(`The server stored ${stored} on image ${imageId} in the place of tag ${tag}.`);
    this.imageId = imageId;
    this.tag = tag;
    this.stored = stored;
  }
}

/**
 * The image bears another tag of the same key, whose place this one would take: an Image Management Service has each key once on
 * an image. Remove the other first.
 *
 * @example
 * if (error instanceof TagKeyTakenError) console.error(`${error.tag} would replace ${error.borne}.`);
 */
export class TagKeyTakenError extends ImageTagsError {
  override readonly name = "TagKeyTakenError";
  readonly code = "TAG_KEY_TAKEN";
  readonly imageId: string;
  readonly tag: string;
  readonly borne: string;

  constructor(imageId: string, tag: string, borne: string) {
    super(`Image ${imageId} bears ${borne}, whose place ${tag} would take: remove ${borne} first.`);
    this.imageId = imageId;
    this.tag = tag;
    this.borne = borne;
  }
}

/**
 * A list has no end: `pages` pages in a row held no image, and each named a next one.
 *
 * @example
 * if (error instanceof EndlessListError) console.error(`Gave the list up after ${error.pages} empty pages.`);
 */
export class EndlessListError extends ImageTagsError {
  override readonly name = "EndlessListError";
  readonly code = "ENDLESS_LIST";
  readonly pages: number;

  constructor(pages: number) {
    super(`The server's list of images has no end: ${pages} pages in a row held none and named a next one.`);
    this.pages = pages;
  }
}

/**
 * The server keeps no history of tags, as a plain Glance, or one that cannot be undone.
 *
 * @example
 * if (error instanceof NoTagHistoryError) console.error("Ask the operator for the image's log.");
 */
export class NoTagHistoryError extends ImageTagsError {
  override readonly name = "NoTagHistoryError";
  readonly code = "NO_TAG_HISTORY";

  constructor() {
    super("The server does not record who changed which tag when, so there is no history of it to go by.");
  }
}

/**
 * The server does not do this at all: only imagetags servers do, and a plain Glance does not.
 *
 * @example
 * if (error instanceof NotServedError) console.error(`The server cannot ${error.what}.`);
 */
export class NotServedError extends ImageTagsError {
  override readonly name = "NotServedError";
  readonly code = "NOT_SERVED";
  /** What it cannot do: "move tags". */
  readonly what: string;

  constructor(what: string) {
    super(
      `The server cannot ${what}: only an imagetags server can, and this is a plain Glance or an older one.`,
    );
    this.what = what;
  }
}

/**
 * The server plans no changes of many images, as a plain Glance: each image is to be changed by itself.
 *
 * @example
 * if (error instanceof NoTagPlansError) console.error("Here each image is changed by itself.");
 */
export class NoTagPlansError extends ImageTagsError {
  override readonly name = "NoTagPlansError";
  readonly code = "NO_TAG_PLANS";

  constructor() {
    super("The server plans no changes of many images at once.");
  }
}
