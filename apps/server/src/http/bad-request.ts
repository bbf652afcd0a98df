/** A request that is wrong in its form; the message tells the caller what. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
}

/** A body of a media type that the route does not take. */
export class UnsupportedMediaType extends Error {
  override readonly name = "UnsupportedMediaType";
  readonly accepted: readonly string[];

  constructor(accepted: readonly string[]) {
    super(`Content-Type must be one of: ${accepted.join(", ")}`);
    this.accepted = accepted;
  }
}
