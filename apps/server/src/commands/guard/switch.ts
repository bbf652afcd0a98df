import { ConfigError } from "../../config/config.ts";
import { errorCode, errorText } from "../../error-text.ts";
import { StoreUnavailable } from "../../images/model/image-store.ts";
import { describeGuard } from "../../store/guard/describe-guard.ts";
import { readGuard, type GuardState } from "../../store/guard/guard-state.ts";
import { turnGuardOff, turnGuardOn } from "../../store/guard/switch-guard.ts";
import { confirm } from "../confirm.ts";
import { guardNotice, NEEDED } from "./guard-notice.ts";
import type { Guarded } from "./open-guarded.ts";

const DONE = 0;
const NOT_DONE = 1;

/** Says what it means, asks, and switches the guard; resolves with the exit code. */
export async function switchGuard(guarded: Guarded, action: "on" | "off", yes: boolean): Promise<number> {
  const { database, kind, name } = guarded;
  const before = await readGuard(database, kind);
  const isOff = before.triggers.length === 0;
  if (action === "on" ? before.state === "on" : isOff) {
    tell(`${name}: the guard is ${isOff ? "off" : describeGuard(before.state)}; nothing was changed.`);
    return DONE;
  }
  tell(guardNotice(guarded, action));
  if (!yes && !(await confirm(`Switch the guard ${action}?`))) {
    tell("Nothing was changed; --yes does it without asking.");
    return NOT_DONE;
  }
  const wanted: GuardState = action;
  try {
    await (action === "on" ? turnGuardOn : turnGuardOff)(database, kind);
  } catch (error) {
    const { state } = await readGuard(database, kind);
    // Another may have switched it at the same time.
    if (state !== wanted) throw new ConfigError(notSwitched(guarded, action, state, error));
  }
  tell(`The guard is ${action}.`);
  return DONE;
}

function notSwitched({ kind }: Guarded, action: "on" | "off", state: GuardState, error: unknown): string {
  const cause = error instanceof StoreUnavailable && error.cause !== undefined ? error.cause : error;
  // What has no code is a mistake of ours, and not the database's word.
  if (cause === error && errorCode(error) === "") throw error;
  return (
    `The guard was not switched ${action}: ${errorText(cause)}\nIt is ${describeGuard(state)}.\n` +
    `It needs: ${NEEDED[kind].join(" ")}`
  );
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
