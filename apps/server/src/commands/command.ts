/** One command of `imagetags-server`. */
export interface Command {
  readonly name: string;
  /** What it does, as `--help` tells it. */
  readonly summary: string;
  /** What `--help` behind its name prints, where that is more than its line in the text of all. */
  readonly help?: string;
  /**
   * Does it, with the words after its name on the command line and the environment. Resolves with the exit
   * code. Throws a `ConfigError` for settings and arguments that cannot be used.
   */
  run(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<number>;
}
