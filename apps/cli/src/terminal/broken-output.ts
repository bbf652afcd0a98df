import { EXIT } from "../exit-code.ts";

type Listener = (exitCode: number) => void;

const listeners: Listener[] = [];

/**
 * Ends the process when its output cannot be written. A reader that went away, as with `| head`, ends it without a
 * word; anything else, such as a full disk, is told in a line. The process ends at once, unless somebody {@link
 * onBrokenOutput listens}: they finish what is under way.
 */
export function heedBrokenOutput(): void {
  let isTold = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      const exitCode = error.code === "EPIPE" ? EXIT.brokenPipe : EXIT.failed;
      if (exitCode === EXIT.failed && stream === process.stdout && !isTold) {
        isTold = true;
        process.stderr.write(`imagetags: The output cannot be written (${error.code ?? error.message}).\n`);
      }
      if (listeners.length === 0) process.exit(exitCode);
      for (const listener of listeners) listener(exitCode);
    });
  }
}

/** Calls a listener in the place of ending the process; gives what takes it away again. */
export function onBrokenOutput(listener: Listener): () => void {
  listeners.push(listener);
  return () => void listeners.splice(listeners.indexOf(listener), 1);
}
