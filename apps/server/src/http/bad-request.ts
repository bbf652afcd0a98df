/** A request that is wrong in its form; the message tells the caller what. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
}
