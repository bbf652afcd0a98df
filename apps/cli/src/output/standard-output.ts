import { once } from "node:events";
import { styleText } from "node:util";

/** What a result is written to. */
export interface Sink {
  readonly isTerminal: boolean;
  /** How many columns it is wide; `Infinity` where it is no terminal. */
  readonly width: number;
  /** Text in bold, where there are colours: not with `NO_COLOR`, and not on a dumb terminal. */
  readonly bold: (text: string) => string;
  /** Resolves when more may be written, or when nobody reads any more. */
  readonly write: (text: string) => Promise<void>;
}

/** The standard output of this process. */
export function standardOutput(): Sink {
  const { stdout } = process;
  let drained: Promise<unknown> | undefined;
  return {
    isTerminal: stdout.isTTY,
    width: stdout.isTTY && stdout.columns > 0 ? stdout.columns : Infinity,
    bold: (text) => styleText("bold", text, { stream: stdout }),
    async write(text) {
      if (!stdout.writable || stdout.write(text)) return;
      // Several writes may wait at once. broken-output.ts hears of a stream that breaks meanwhile.
      drained ??= once(stdout, "drain")
        .catch(() => undefined)
        .finally(() => (drained = undefined));
      await drained;
    },
  };
}
