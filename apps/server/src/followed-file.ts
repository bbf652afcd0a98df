import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { errorText } from "./error-text.ts";

/** How often a file is looked at, in milliseconds. */
const INTERVAL = 1000;

interface Log {
  error(message: string): void;
}

/**
 * A file that is read anew when it changes. It is looked at by its path, so that a symbolic link may be led
 * elsewhere, and a change counts once the file has stood still from one look to the next: what is half
 * written is not read.
 */
export class FollowedFile {
  readonly path: string;
  /** What the file looked like when it was read, and when it was last looked at. */
  #inForce: string;
  #seen: string;

  private constructor(path: string, state: string) {
    this.path = path;
    this.#inForce = state;
    this.#seen = state;
  }

  /** Looks at a file, before it is read: a change in between is seen as one. */
  static async at(path: string): Promise<FollowedFile> {
    return new FollowedFile(path, await lookAt(path));
  }

  /**
   * Calls `changed` after each change until the function that is returned is called; does not keep the process
   * alive. What `changed` throws goes to the log.
   */
  follow(changed: () => void, log: Log, interval = INTERVAL): () => void {
    const ended = new AbortController();
    void this.#lookAgainAndAgain(changed, log, interval, ended.signal);
    return () => ended.abort();
  }

  async #lookAgainAndAgain(
    changed: () => void,
    log: Log,
    interval: number,
    signal: AbortSignal,
  ): Promise<void> {
    for (;;) {
      // After each look: two that come soon after one another would find any file standing still.
      await sleep(interval, undefined, { ref: false, signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        if (await this.#hasChanged()) changed();
      } catch (error) {
        log.error(`The file ${this.path} cannot be followed: ${errorText(error)}`);
      }
    }
  }

  async #hasChanged(): Promise<boolean> {
    const state = await lookAt(this.path);
    const stoodStill = state === this.#seen;
    this.#seen = state;
    if (!stoodStill || state === this.#inForce) return false;
    this.#inForce = state;
    return true;
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
