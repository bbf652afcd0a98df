import { Option } from "@commander-js/extra-typings";
import { wholeNumber } from "./numbers.ts";

/** How many removals are under way at once where nothing else is said. */
export const USUAL_CONCURRENCY = 8;

/** How many changes may be under way at once. */
export function concurrencyOption() {
  const meaning = `how many removals are under way at once (default: ${USUAL_CONCURRENCY})`;
  return new Option("--concurrency <NUMBER>", meaning).argParser(wholeNumber(1, 100));
}
