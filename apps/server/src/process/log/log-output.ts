import type { DestinationStream } from "pino";

/** Where the log goes, in lines of JSON. */
export interface LogOutput extends DestinationStream {
  /** Writes what waits. */
  flush(callback?: (error?: Error) => void): void;
  /** Opens the file behind it anew, where there is one. Returns what stands in the way; then all is as before. */
  reopen(): string | undefined;
}

/** An output that writes lines of JSON in another form. `toText` is given one without its end, and gives one or more with it. */
export function inForm(output: LogOutput, toText: (line: string) => string): LogOutput {
  return {
    write(lines: string): void {
      output.write(
        lines
          .split("\n")
          .filter((line) => line !== "")
          .map(toText)
          .join(""),
      );
    },
    flush: (callback) => output.flush(callback),
    reopen: () => output.reopen(),
  };
}
