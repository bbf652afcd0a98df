import { EXIT } from "../exit-code.ts";

type Listener = () => void;

const listeners: Listener[] = [];

/**
 * Ends the process without a word when nobody reads its output any more, as with `| head`: at once, or, while
 * somebody {@link onBrokenPipe listens}, when they have finished what is under way.
 */
export function heedBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      if (listeners.length === 0) process.exit(EXIT.brokenPipe);
      for (const listener of listeners) listener();
    });
  }
}

/** Calls a listener in the place of ending the process; gives what takes it away again. */
export function onBrokenPipe(listener: Listener): () => void {
  listeners.push(listener);
  return () => void listeners.splice(listeners.indexOf(listener), 1);
}
