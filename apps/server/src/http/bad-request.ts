/** A request that is wrong in its form; the message tells the caller what. */
export class BadRequest extends Error {
  override readonly name: string = "BadRequest";
}

/** What is wrong with a path whose percent-encoding or UTF-8 is not whole. */
export const MALFORMED_PATH = "The path is not well-formed percent-encoded UTF-8.";

/** A tag that breaks the profile's rule. */
export class InvalidTag extends BadRequest {
  override readonly name = "InvalidTag";
}

/** A body that is longer than one may be. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
  readonly status = 413;
}

/** A body of a media type that the route does not take. */
export class UnsupportedMediaType extends Error {
  override readonly name = "UnsupportedMediaType";
  readonly accepted: readonly string[];
  /** The header that names the accepted types (RFC 5789, section 3.1; RFC 9110, section 15.5.16). */
  readonly header: "Accept-Patch" | "Accept";

  constructor(
    accepted: readonly string[],
    header: "Accept-Patch" | "Accept" = "Accept-Patch",
    message = `Content-Type must be one of: ${accepted.join(", ")}`,
  ) {
    super(message);
    this.accepted = accepted;
    this.header = header;
  }
}

/** A part was asked for that the data does not have. */
export class RangeNotSatisfiable extends Error {
  override readonly name = "RangeNotSatisfiable";
  /** How many bytes there are. */
  readonly size: number;

  constructor(message: string, size: number) {
    super(message);
    this.size = size;
  }
}
