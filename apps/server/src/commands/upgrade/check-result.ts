/** What a check came to, from good to bad: nothing to do; something to know of; something to do first. */
export const VERDICTS = ["success", "warning", "failure"] as const;

export type Verdict = (typeof VERDICTS)[number];

/** One check of an upgrade. */
export interface CheckResult {
  readonly check: string;
  readonly result: Verdict;
  /** What was found, and what is to be done about it: a sentence each. */
  readonly details: readonly string[];
}

/** The exit code: 0, 1 or 2 for the worst of the verdicts. Source: oslo.upgradecheck, `Code`. */
export function exitCodeOf(results: readonly CheckResult[]): number {
  return Math.max(0, ...results.map(({ result }) => VERDICTS.indexOf(result)));
}

export function success(check: string, ...details: string[]): CheckResult {
  return { check, result: "success", details };
}

export function warning(check: string, ...details: string[]): CheckResult {
  return { check, result: "warning", details };
}

export function failure(check: string, ...details: string[]): CheckResult {
  return { check, result: "failure", details };
}
