/** The names of what may be wrong with the tags of a database. */
export type FindingCode =
  | "missing-index"
  | "narrow-column"
  | "repeated-tag"
  | "colliding-tags"
  | "misread-tag"
  | "unreachable-tag"
  | "orphaned-tag"
  | "lossy-commit";

/** One thing that is wrong. */
export interface Finding {
  readonly code: FindingCode;
  /** What it is, what it leads to and what helps, in a sentence or two. */
  readonly meaning: string;
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly string[];
}

/** The most examples of a finding. */
export const MOST_EXAMPLES = 10;

/** A tag as a terminal can show it. */
export function quoteTag(tag: string): string {
  return JSON.stringify(tag);
}
