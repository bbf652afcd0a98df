/** What may be wrong with the tags of a database, by name. */
export type FindingCode =
  | "missing-index"
  | "narrow-column"
  | "repeated-tag"
  | "colliding-tags"
  | "misread-tag"
  | "unreachable-tag"
  | "orphaned-tag";

/** One thing that is wrong. */
export interface Finding {
  readonly code: FindingCode;
  /** What it is, what it leads to and what helps, in a sentence or two. */
  readonly meaning: string;
  /** How many there are. */
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly string[];
}

/** How many examples of a finding are kept. */
export const MOST_EXAMPLES = 10;

/** A tag as it can be read on a terminal. */
export function quoteTag(tag: string): string {
  return JSON.stringify(tag);
}
