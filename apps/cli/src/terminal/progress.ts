import { safeText } from "../output/safe-text.ts";
import { currentVerbosity } from "./notes.ts";

/** Shorter work shows no progress. */
const SHOWN_AFTER_MS = 500;
const REDRAWN_EVERY_MS = 100;
const BAR_WIDTH = 24;
const CLEAR_LINE = "\r\u001B[K";

/** Tells on standard error how far long work has come: nothing where that is no terminal. */
export interface Progress extends Disposable {
  /** How much has been done so far. */
  update(done: number): void;
  /** Writes a line above the bar, in any case. */
  line(text: string): void;
  /** Makes room for what is written otherwise, until the next update. */
  clear(): void;
}

/** What is written to: a terminal or not. */
export interface ErrorStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** What {@link createProgress} takes. */
export interface ProgressOptions {
  /** What is being done: "Removing". */
  readonly label: string;
  /** How much there is to do, where that is known. */
  readonly total?: number;
  /** Show nothing, as where rows come out on the same terminal one by one. */
  readonly isQuiet?: boolean;
  readonly stream?: ErrorStream;
  /** The time in milliseconds. */
  readonly now?: () => number;
}

/** Begins to tell of a piece of work; leaving its scope clears the line. */
export function createProgress(options: ProgressOptions): Progress {
  const { isQuiet = false, stream = process.stderr, now = () => performance.now() } = options;
  const isShown =
    !isQuiet && currentVerbosity() !== "quiet" && stream.isTTY === true && process.env["TERM"] !== "dumb";
  const begun = now();
  let drawn = begun + SHOWN_AFTER_MS - REDRAWN_EVERY_MS;
  let isOnScreen = false;

  const clear = () => {
    if (isOnScreen) stream.write(CLEAR_LINE);
    isOnScreen = false;
  };
  return {
    update(done) {
      const time = now();
      if (!isShown || time < drawn + REDRAWN_EVERY_MS) return;
      drawn = time;
      isOnScreen = true;
      const width = Math.max(1, (stream.columns ?? 80) - 1);
      stream.write(CLEAR_LINE + progressText(options, done, time - begun).slice(0, width));
    },
    line(text) {
      clear();
      stream.write(`${text}\n`);
    },
    clear,
    [Symbol.dispose]: clear,
  };
}

/** The line that is shown: a bar where the end is known, else a count; with the rate and the time left. */
export function progressText(
  { label, total }: Pick<ProgressOptions, "label" | "total">,
  done: number,
  elapsedMs: number,
): string {
  const perSecond = elapsedMs > 0 ? (done * 1000) / elapsedMs : 0;
  const rate = `${count(Math.round(perSecond))}/s`;
  const name = safeText(label);
  if (total === undefined || total === 0) return `${name} ${count(done)}  ${rate}`;
  const part = Math.min(1, done / total);
  const filled = Math.floor(part * BAR_WIDTH);
  const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
  const left = perSecond > 0 ? `  ${duration((total - done) / perSecond)} left` : "";
  const percent = `${Math.floor(part * 100)}%`.padStart(4);
  return `${name} ${bar} ${percent}  ${count(done)} of ${count(total)}  ${rate}${left}`;
}

/** A number with its thousands apart. */
export function count(number: number): string {
  return number.toLocaleString("en-US");
}

function duration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
