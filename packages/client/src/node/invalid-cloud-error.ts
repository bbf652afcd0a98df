import { ImageTagsError } from "../errors/errors.ts";

/**
 * The cloud of a name cannot be used: there is none, its file cannot be read, or a setting of it is missing or wrong.
 * The message names the file or the setting, and no secret.
 *
 * @example
 * if (error instanceof InvalidCloudError) console.error(error.message);
 */
export class InvalidCloudError extends ImageTagsError {
  override readonly name = "InvalidCloudError";
  readonly code = "INVALID_CLOUD";
}
