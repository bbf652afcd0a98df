/** How long requests under way may take to end after a signal, in milliseconds. */
export const DRAIN_PATIENCE = 30_000;

/**
 * Resolves at the first SIGTERM or SIGINT. A second one, or requests that do not end, ends the process
 * at once: what was answered 204 is durable all the same.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.removeAllListeners("SIGTERM").removeAllListeners("SIGINT");
      process.once("SIGTERM", () => process.exit(1));
      process.once("SIGINT", () => process.exit(1));
      setTimeout(() => process.exit(1), DRAIN_PATIENCE).unref();
      resolve();
    };
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
  });
}
