import { once } from "node:events";
import { styleText } from "node:util";

/** What a result is written to. */
export interface Sink {
  readonly isTerminal: boolean;
  /** How many columns it is wide; `Infinity` where it is no terminal. */
  readonly width: number;
  /** Text in bold, where there are colours: not with `NO_COLOR`, and not on a dumb terminal. */
  readonly bold: (text: string) => string;
  /** Resolves when more may be written. */
  readonly write: (text: string) => Promise<void>;
}

/** The standard output of this process. */
export function standardOutput(): Sink {
  const { stdout } = process;
  return {
    isTerminal: stdout.isTTY,
    width: stdout.isTTY && stdout.columns > 0 ? stdout.columns : Infinity,
    bold: (text) => styleText("bold", text, { stream: stdout }),
    async write(text) {
      if (!stdout.write(text)) await once(stdout, "drain");
    },
  };
}
