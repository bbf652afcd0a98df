import { close, closeSync, openSync, write, writeSync } from "node:fs";
import { errorText } from "../../error-text.ts";
import type { LogOutput } from "./log-output.ts";

/** Owner and group of the file may read it: collectors of logs are in its group. */
const MODE = 0o640;
/** What is kept while the file cannot be written to, in characters; lines beyond it are lost. */
const MOST_KEPT = 16 * 1024 * 1024;
/** The time before a failed write is tried again, in milliseconds. */
const PAUSE = 1_000;

/**
 * A log file that can be opened anew at its path, after it was moved away. While it cannot be written to, as on a full disk,
 * lines are kept and the server goes on; `tell` is told when that begins and ends. Throws the system's error where it cannot be
 * opened. Pino's own files try for ever at the end of a process on a full disk.
 */
export class LogFile implements LogOutput {
  readonly #path: string;
  /** What is written at once at most, in characters, unless a single piece is longer. */
  readonly #pieceSize: number;
  readonly #tell: (sentence: string) => void;
  #fd: number;
  /** What waits to be written, and how long it is. */
  #waiting: string[] = [];
  #length = 0;
  /** What is being written. */
  #bytes: Buffer | undefined;
  #isWriting = false;
  #inTrouble = false;
  #lost = 0;
  #flushed: (() => void)[] = [];

  constructor(path: string, pieceSize: number, tell: (sentence: string) => void) {
    this.#path = path;
    this.#pieceSize = pieceSize;
    this.#tell = tell;
    this.#fd = openSync(path, "a", MODE);
    process.on("exit", () => this.#writeTheRest());
  }

  write(lines: string): void {
    if (this.#length + lines.length > MOST_KEPT) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(lines);
    this.#length += lines.length;
    if (!this.#inTrouble) this.#begin();
  }

  flush(callback: () => void = () => undefined): void {
    if (this.#inTrouble || !this.#isWriting) callback();
    else this.#flushed.push(callback);
  }

  reopen(): string | undefined {
    const before = this.#fd;
    try {
      this.#fd = openSync(this.#path, "a", MODE);
    } catch (error) {
      return `${this.#path} cannot be opened: ${errorText(error)}`;
    }
    // What is being written goes where it began.
    if (this.#isWriting) this.#flushed.push(() => close(before));
    else closeSync(before);
    if (this.#inTrouble) this.#begin();
    return undefined;
  }

  #begin(): void {
    if (this.#isWriting) return;
    this.#bytes ??= this.#take();
    if (this.#bytes === undefined) {
      for (const callback of this.#flushed.splice(0)) callback();
      return;
    }
    this.#isWriting = true;
    write(this.#fd, this.#bytes, (error, written) => {
      this.#isWriting = false;
      if (error === null) this.#wrote(written);
      else this.#failed(error);
    });
  }

  /** As many whole lines as are written at once. */
  #take(): Buffer | undefined {
    if (this.#waiting.length === 0) return undefined;
    let count = 0;
    let length = 0;
    for (const piece of this.#waiting) {
      length += piece.length;
      if (count > 0 && length > this.#pieceSize) break;
      count += 1;
    }
    const text = this.#waiting.splice(0, count).join("");
    this.#length -= text.length;
    return Buffer.from(text);
  }

  #wrote(count: number): void {
    const rest = this.#bytes?.subarray(count);
    this.#bytes = rest === undefined || rest.length === 0 ? undefined : rest;
    if (this.#inTrouble) {
      const lost = this.#lost;
      this.#inTrouble = false;
      this.#lost = 0;
      this.#tell(`The log file ${this.#path} can be written to again; writes that were lost: ${lost}`);
    }
    this.#begin();
  }

  #failed(error: Error): void {
    setTimeout(() => this.#begin(), PAUSE).unref();
    for (const callback of this.#flushed.splice(0)) callback();
    if (this.#inTrouble) return;
    this.#inTrouble = true;
    this.#tell(
      `The log file ${this.#path} cannot be written to: ${errorText(error)}; lines are kept meanwhile`,
    );
  }

  /** At the end of the process, where nothing else is possible any more, and once only. */
  #writeTheRest(): void {
    const text = this.#waiting.join("");
    try {
      if (this.#bytes !== undefined && !this.#isWriting) writeSync(this.#fd, this.#bytes);
      if (text !== "") writeSync(this.#fd, text);
    } catch {
      // What stood in the way was told when it began.
    }
  }
}
