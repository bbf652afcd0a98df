import { ImageTagsError } from "../errors/errors.ts";

/**
 * A variable of the environment cannot be used; `variable` names it. The message holds no secret.
 *
 * @example
 * if (error instanceof InvalidEnvironmentError) console.error(`Set ${error.variable} anew: ${error.message}`);
 */
export class InvalidEnvironmentError extends ImageTagsError {
  override readonly name = "InvalidEnvironmentError";
  readonly code = "INVALID_ENVIRONMENT";
  readonly variable: string;

  constructor(variable: string, problem: string) {
    super(`The variable ${variable} ${problem}`);
    this.variable = variable;
  }
}
