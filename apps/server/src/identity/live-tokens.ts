import { stat } from "node:fs/promises";
import type { Logger } from "pino";
import { FollowedFile } from "../followed-file.ts";
import type { Caller, TokenValidator } from "./caller.ts";
import { StaticTokens } from "./static-tokens.ts";
import { readTokenFile, TokenFileError, type RoleNames } from "./token-file.ts";

/** The mode bits that let others than the owner at a file. */
const OTHERS = 0o077;

type TokensLog = Pick<Logger, "info" | "warn" | "error">;

/**
 * Static tokens that follow their file. The first file must be sound, or a {@link TokenFileError} is thrown. A
 * later file with a mistake leaves the tokens as they are, and the log tells of it.
 */
export class LiveTokens implements TokenValidator {
  readonly #file: FollowedFile;
  readonly #roles: RoleNames;
  readonly #log: TokensLog;
  #tokens: StaticTokens;
  #stop: (() => void) | undefined;

  private constructor(file: FollowedFile, roles: RoleNames, log: TokensLog) {
    this.#file = file;
    this.#roles = roles;
    this.#log = log;
    this.#tokens = new StaticTokens(readTokenFile(file.path, roles));
  }

  /** Reads a tokens file, and warns when others than its owner may read it. */
  static async read(path: string, roles: RoleNames, log: TokensLog): Promise<LiveTokens> {
    const tokens = new LiveTokens(await FollowedFile.at(path), roles, log);
    await tokens.#warnOfOthers();
    return tokens;
  }

  validate(token: string): Caller | undefined {
    return this.#tokens.validate(token);
  }

  /** Follows the file from now on, with a look at it every `interval` milliseconds. */
  open(interval?: number): Promise<void> {
    this.#stop = this.#file.follow(() => this.#followChange(), this.#log, interval);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#stop?.();
    return Promise.resolve();
  }

  /** Reads the file anew. Returns what is wrong with it, and then the tokens stay as they were. */
  readAnew(): string | undefined {
    try {
      this.#tokens = new StaticTokens(readTokenFile(this.#file.path, this.#roles));
    } catch (error) {
      if (!(error instanceof TokenFileError)) throw error;
      return error.message;
    }
    void this.#warnOfOthers();
    return undefined;
  }

  #followChange(): void {
    const problem = this.readAnew();
    if (problem === undefined) {
      this.#log.info({ tokens: this.#file.path }, "The tokens of the changed file are in force.");
    } else this.#log.error(`${problem}; the tokens stay as they were`);
  }

  async #warnOfOthers(): Promise<void> {
    if (process.platform === "win32") return;
    const { path } = this.#file;
    const mode = await stat(path).then(
      (file) => file.mode & 0o777,
      () => 0,
    );
    if ((mode & OTHERS) === 0) return;
    this.#log.warn(
      `The tokens file ${path} is not its owner's alone (mode ${mode.toString(8)}): chmod 600 ${path}`,
    );
  }
}
