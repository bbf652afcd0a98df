import type { GuardState } from "./guard-state.ts";
import { GUARD_VERSION } from "./guard-triggers.ts";

/** A guard in a few words, with what to do where it is not on. */
export function describeGuard(state: GuardState): string {
  switch (state) {
    case "on":
      return `on (version ${GUARD_VERSION})`;
    case "off":
      return 'off: Glance can undo changes of tags; see "imagetags-server guard on"';
    case "half":
      return 'half: one of its two triggers is missing; "imagetags-server guard on" makes it';
    case "outdated":
      return `not of version ${GUARD_VERSION}, which this server expects; "imagetags-server guard on" brings it there`;
  }
}
