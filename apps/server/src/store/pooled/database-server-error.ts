/** A database server that cannot be used. The message names it, without its password, and says why. */
export class DatabaseServerError extends Error {
  override readonly name = "DatabaseServerError";
}
