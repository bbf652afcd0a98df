import type { Logger } from "pino";
import { FollowedFile } from "../followed-file.ts";
import { inFile, PolicyFileError, readPolicyFile, readSoundPolicyFile } from "./policy-file.ts";
import { Policy } from "./policy.ts";
import type { RuleSet } from "./rule-set.ts";

type PolicyLog = Pick<Logger, "info" | "warn" | "error">;

/**
 * A policy that follows its file. The first file must be sound, or a {@link PolicyFileError} is thrown. In a
 * later file a rule with a mistake holds for nobody while the others take effect. A later file that cannot be
 * read leaves the rules as they are. The log tells of both.
 */
export class LivePolicy {
  readonly policy: Policy;
  readonly #file: FollowedFile;
  readonly #log: PolicyLog;

  private constructor(file: FollowedFile, log: PolicyLog) {
    this.#file = file;
    this.#log = log;
    this.policy = new Policy(readSoundPolicyFile(file.path));
    this.#tellOf(this.policy.rules);
  }

  /** Reads a policy file, to be followed from now on. */
  static async open(path: string, log: PolicyLog): Promise<LivePolicy> {
    return new LivePolicy(await FollowedFile.at(path), log);
  }

  /** Follows the file until the returned function is called. It does not keep the process alive. */
  follow(interval?: number): () => void {
    return this.#file.follow(() => this.#followChange(), this.#log, interval);
  }

  /** Reads the file anew. Returns why it cannot be read, and then the rules stay as they were. */
  readAnew(): string | undefined {
    let rules;
    try {
      rules = readPolicyFile(this.#file.path);
    } catch (error) {
      if (!(error instanceof PolicyFileError)) throw error;
      return error.message;
    }
    this.policy.replace(rules);
    this.#tellOf(rules);
    return undefined;
  }

  #followChange(): void {
    const problem = this.readAnew();
    if (problem !== undefined) this.#log.error(`${problem}; the rules stay as they were`);
  }

  #tellOf({ overridden, notes, mistakes }: RuleSet): void {
    const rules = [...overridden.keys()];
    this.#log.info({ policy: this.#file.path, rules }, "The rules of the policy file are in force.");
    for (const note of notes) this.#log.warn(inFile(this.#file.path, note));
    for (const mistake of mistakes)
      this.#log.error(`${inFile(this.#file.path, mistake)}; it holds for nobody`);
  }
}
