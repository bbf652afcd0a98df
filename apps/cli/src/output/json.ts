import type { Value } from "./row.ts";
import { safeLines } from "./safe-text.ts";

/**
 * JSON that is safe on a terminal too: `JSON.stringify` leaves the control characters above U+007E as they
 * are. Outside of its strings there is nothing to escape.
 */
export function jsonText(value: Value): string {
  return safeLines(JSON.stringify(value, undefined, 2));
}
