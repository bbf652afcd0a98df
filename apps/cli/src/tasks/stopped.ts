import { EXIT } from "../exit-code.ts";
import { count } from "../terminal/progress.ts";
import { InterruptedError } from "../terminal/interruption.ts";
import type { ChangeCount } from "./tag-change.ts";

/** Says that the work ends; for the moment in which it is asked to. */
export const STOPPING = () =>
  void process.stderr.write(
    "\nStopping: what is under way is finished first. Press Ctrl-C again to end at once.\n",
  );

/** Says how far the work came, and gives what the process is to end with. */
export function stoppedExitCode(
  signal: AbortSignal,
  { made, left, failed }: ChangeCount,
  total: number,
): number {
  const failures = failed === 0 ? "" : `, ${count(failed)} failed`;
  const rest = made + left + failed < total ? " Run it again to go on." : "";
  process.stderr.write(`Stopped: ${count(made)} of ${count(total)} done${failures}.${rest}\n`);
  return interruptedExitCode(signal.reason);
}

/** What a process ends with that was asked to end for this reason. */
export function interruptedExitCode(reason: unknown): number {
  return reason instanceof InterruptedError ? reason.exitCode : EXIT.failed;
}
