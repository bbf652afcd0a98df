import type { Config } from "../config/config.ts";

/** The time that requests under way have to end after a signal, in milliseconds. */
export const DRAIN_PATIENCE = 30_000;

/**
 * Ignores the signals by which programs are told to read their files anew, but for whoever else listens. Unheeded they would
 * end a process in the midst of its requests, and SIGUSR1 would open Node's debugger to everybody on the machine.
 */
export function heedNoReload(): void {
  for (const signal of ["SIGHUP", "SIGUSR1", "SIGUSR2"] as const) process.on(signal, () => undefined);
}

/**
 * Resolves at the first SIGTERM or SIGINT. At a terminal SIGHUP counts too, since a closing terminal sends it. A
 * second signal, or requests that do not end, end the process at once: whatever was answered is durable all the same.
 */
export function untilStopped({ drainDelay }: Pick<Config, "drainDelay">): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.removeAllListeners("SIGTERM").removeAllListeners("SIGINT");
      process.once("SIGTERM", () => process.exit(1));
      process.once("SIGINT", () => process.exit(1));
      setTimeout(() => process.exit(1), drainDelay + DRAIN_PATIENCE).unref();
      resolve();
    };
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
    heedNoReload();
    if (isAtTerminal()) process.once("SIGHUP", stop);
  });
}

/** Calls at each SIGHUP; at a terminal that means something else. */
export function onReload(reload: () => void): void {
  if (!isAtTerminal()) process.on("SIGHUP", reload);
}

function isAtTerminal(): boolean {
  return process.stdin.isTTY || process.stdout.isTTY;
}
