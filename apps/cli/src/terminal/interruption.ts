import { EXIT } from "../exit-code.ts";
import { onBrokenOutput } from "./broken-output.ts";

/** The work was asked to end. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  readonly exitCode: number;

  constructor(exitCode: number) {
    super("Interrupted.");
    this.exitCode = exitCode;
  }
}

/** Hears that the work is to end: by Ctrl-C, SIGTERM, or because the output cannot be written any more. */
export interface Interruption extends Disposable {
  /** Aborted with an {@link InterruptedError} when the work is to end. */
  readonly signal: AbortSignal;
}

/**
 * Turns the first such wish into an aborted signal, so that what is under way can be finished; the second ends the
 * process at once.
 */
export function hearInterruption(onFirst: () => void): Interruption {
  const controller = new AbortController();
  const end = (exitCode: number) => {
    if (controller.signal.aborted) process.exit(exitCode);
    controller.abort(new InterruptedError(exitCode));
    if (exitCode !== EXIT.brokenPipe && exitCode !== EXIT.failed) onFirst();
  };
  const onInt = () => end(EXIT.interrupted);
  const onTerm = () => end(EXIT.terminated);
  process.on("SIGINT", onInt);
  process.on("SIGTERM", onTerm);
  const stopListening = onBrokenOutput((exitCode) => {
    // Standard output and standard error may both break: that is one request to end.
    if (!controller.signal.aborted) end(exitCode);
  });
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off("SIGINT", onInt);
      process.off("SIGTERM", onTerm);
      stopListening();
    },
  };
}
