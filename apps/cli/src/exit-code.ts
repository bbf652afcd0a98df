/** How the command ends. */
export const EXIT = {
  done: 0,
  /** Something failed; standard error says what. */
  failed: 1,
  /** The command was used wrongly, or is not told which cloud it is about. */
  usage: 2,
  /** Ended by Ctrl-C, as shells count it: 128 and the number of the signal. */
  interrupted: 130,
  /** Nobody reads the output any more, as shells count it. */
  brokenPipe: 141,
  /** Ended by SIGTERM. */
  terminated: 143,
} as const;

/** The command was used wrongly; the message says how. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** Whether the command's help says more of it. */
  readonly helps: boolean;

  constructor(message: string, { helps = true }: { readonly helps?: boolean } = {}) {
    super(message);
    this.helps = helps;
  }
}
