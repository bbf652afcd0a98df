import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { errorText } from "../error-text.ts";
import { inFile, PolicyFileError, readPolicyFile, readSoundPolicyFile } from "./policy-file.ts";
import { Policy } from "./policy.ts";
import type { RuleSet } from "./rule-set.ts";

/** How often a policy file is looked at, in milliseconds. */
const INTERVAL = 1000;

type PolicyLog = Pick<Logger, "info" | "warn" | "error">;

/**
 * A policy that follows its file. At first nothing may be wrong with that, or a {@link PolicyFileError} is
 * thrown. Later a rule with a mistake holds for nobody while the others take effect, and a file that cannot
 * be read leaves the rules as they are; the log tells of both.
 *
 * The file is looked at by its path, so that a symbolic link may be led elsewhere, and a change takes effect
 * once the file has stood still from one look to the next: what is half written is not read.
 */
export class LivePolicy {
  readonly policy: Policy;
  readonly #path: string;
  readonly #log: PolicyLog;
  /** What the file looked like when it was read, and when it was last looked at. */
  #inForce: string;
  #seen: string;

  private constructor(path: string, log: PolicyLog, state: string) {
    this.#path = path;
    this.#log = log;
    // Looked at before it is read: a change in between is seen as one.
    this.#inForce = state;
    this.#seen = state;
    this.policy = new Policy(readSoundPolicyFile(path));
    this.#tellOf(this.policy.rules);
  }

  /** Reads a policy file, to be followed from now on. */
  static async open(path: string, log: PolicyLog): Promise<LivePolicy> {
    return new LivePolicy(path, log, await lookAt(path));
  }

  /** Follows the file until the function that is returned is called; does not keep the process alive. */
  follow(interval = INTERVAL): () => void {
    const ended = new AbortController();
    void this.#lookAgainAndAgain(interval, ended.signal);
    return () => ended.abort();
  }

  async #lookAgainAndAgain(interval: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      // After each look: two that come soon after one another would find any file standing still.
      await sleep(interval, undefined, { ref: false, signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.#look();
      } catch (error) {
        this.#log.error(`The policy file ${this.#path} cannot be followed: ${errorText(error)}`);
      }
    }
  }

  async #look(): Promise<void> {
    const state = await lookAt(this.#path);
    const stoodStill = state === this.#seen;
    this.#seen = state;
    if (!stoodStill || state === this.#inForce) return;
    this.#inForce = state;
    let rules;
    try {
      rules = readPolicyFile(this.#path);
    } catch (error) {
      if (!(error instanceof PolicyFileError)) throw error;
      this.#log.error(`${error.message}; the rules stay as they were`);
      return;
    }
    this.policy.replace(rules);
    this.#tellOf(rules);
  }

  #tellOf({ overridden, notes, mistakes }: RuleSet): void {
    const rules = [...overridden.keys()];
    this.#log.info({ policy: this.#path, rules }, "The rules of the policy file are in force.");
    for (const note of notes) this.#log.warn(inFile(this.#path, note));
    for (const mistake of mistakes) this.#log.error(`${inFile(this.#path, mistake)}; it holds for nobody`);
  }
}

/** What tells one state of a file from another; of one that is not there, that. */
async function lookAt(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
  } catch (error) {
    return errorText(error);
  }
}
