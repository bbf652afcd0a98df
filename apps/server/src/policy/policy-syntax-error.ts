/** A rule that cannot be read. */
export class PolicySyntaxError extends Error {
  override readonly name = "PolicySyntaxError";
  /** The place in the rule, in characters from 1. */
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}
