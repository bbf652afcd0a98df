/** More removals than these are asked about before the first is made. */
export const ASKS_ABOVE = 1000;
