import type { Panel } from "./line-chart.ts";

/** What a figure must be: at least so much, or at most. */
type Target = { atLeast: number } | { atMost: number };

/** One thing that was measured, with what it is to be. */
export interface Figure {
  /** The same in every run, so that runs can be compared. */
  readonly name: string;
  readonly measured: number;
  readonly target?: Target;
  /** None for a ratio. */
  readonly unit?: "ms" | "MB" | "s";
}

/** A picture of what was measured, for the file of that name. */
interface Chart {
  readonly file: string;
  readonly panels: readonly Panel[];
}

/** What a section found: figures for the table, a text beneath it, pictures, and all of it as data. */
export interface Found {
  readonly figures: Figure[];
  readonly text?: string;
  readonly charts?: Chart[];
  readonly data?: unknown;
}

/** How much a section does: `short` shows that it works and no more. */
type Plan = { short: boolean; rounds: number };

/** One part of the bench, which can be run alone by its name. */
export interface Section {
  readonly name: string;
  readonly summary: string;
  readonly run: (plan: Plan, stack: AsyncDisposableStack) => Promise<Found>;
}

/** Whether a figure is what it is to be; without a target it is for the reader alone. */
export function isMet({ measured, target }: Figure) {
  if (target === undefined) return undefined;
  return "atLeast" in target ? measured >= target.atLeast : measured <= target.atMost;
}
