/** How long requests under way may take to end after a signal, in milliseconds. */
export const DRAIN_PATIENCE = 30_000;

/**
 * Signals that are sent to reload or to reopen what is read and written, which needs no telling here. They
 * would else end a process in the midst of its requests; SIGUSR1 would open Node's debugger to whoever is on
 * the machine.
 */
export function heedNoReload(): void {
  for (const signal of ["SIGHUP", "SIGUSR1", "SIGUSR2"] as const) process.on(signal, () => undefined);
}

/**
 * Resolves at the first SIGTERM or SIGINT, or SIGHUP where there is a terminal, which sends it when it closes.
 * A second one, or requests that do not end, ends the process at once: what was answered 204 is durable all
 * the same.
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
    heedNoReload();
    if (process.stdin.isTTY || process.stdout.isTTY) process.once("SIGHUP", stop);
  });
}
