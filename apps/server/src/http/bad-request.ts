import type { ErrorReason } from "@imagetags/contract";

/** What a {@link BadRequest} tells besides its message. */
interface BadRequestOptions extends ErrorOptions {
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is wrong in its form. The message tells the caller what is wrong. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
  readonly reason: ErrorReason;
  readonly headers: Readonly<Record<string, string>>;

  constructor(reason: ErrorReason, message: string, { headers = {}, ...options }: BadRequestOptions = {}) {
    super(message, options);
    this.reason = reason;
    this.headers = headers;
  }
}

/** The error for a path that is not well-formed percent-encoding or UTF-8. */
export function malformedPath(): BadRequest {
  return new BadRequest("malformed-path", "The path is not well-formed percent-encoded UTF-8.");
}

/**
 * The error for a body of a media type that the route does not take. `header` names the accepted types
 * (RFC 5789, section 3.1; RFC 9110, section 15.5.16).
 */
export function unsupportedMediaType(
  accepted: readonly string[],
  header: "Accept-Patch" | "Accept" = "Accept-Patch",
  message = `Content-Type must be one of: ${accepted.join(", ")}`,
): BadRequest {
  return new BadRequest("unsupported-media-type", message, { headers: { [header]: accepted.join(", ") } });
}

/** The error for a range that the data does not have. `size` is the length of the data in bytes. */
export function rangeNotSatisfiable(message: string, size: number): BadRequest {
  return new BadRequest("range-not-satisfiable", message, {
    headers: { "Content-Range": `bytes */${size}` },
  });
}
