import type { Logger } from "pino";
import { describeGuard } from "../store/guard/describe-guard.ts";
import type { GuardState } from "../store/guard/guard-state.ts";

/** Tells the log once that Glance is not kept from undoing changes of tags as this server expects. */
export function warnOfGuard(log: Logger, guard: GuardState | undefined): void {
  if (guard === undefined || guard === "on") return;
  log.warn({ guard }, `the guard on Glance's tables is ${describeGuard(guard)}`);
}
