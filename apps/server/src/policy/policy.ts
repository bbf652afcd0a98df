import type { Caller } from "../identity/caller.ts";
import { callerAsTarget } from "./credentials.ts";
import type { PolicyTarget } from "./policy-target.ts";
import { RuleSet } from "./rule-set.ts";
import type { RuleName } from "./served-rules.ts";

/** Who may do what, by the rules in force. These may be replaced at any time, all at once. */
export class Policy {
  #rules: RuleSet;

  constructor(rules: RuleSet = new RuleSet()) {
    this.#rules = rules;
  }

  /** The rules in force. */
  get rules(): RuleSet {
    return this.#rules;
  }

  /** Puts other rules in force. */
  replace(rules: RuleSet): void {
    this.#rules = rules;
  }

  /** Whether a rule holds for sure: one that hangs on what is not known of the target does not. */
  allows(rule: RuleName, caller: Caller, target: PolicyTarget): boolean {
    return this.#rules.decide(rule, caller, target) === true;
  }

  /** Whether a rule asks for more of an image than what a store has at hand. */
  needsWholeImage(rule: RuleName): boolean {
    return this.#rules.needsWholeImage(rule);
  }

  /**
   * Whether the caller is an administrator, for whom there are no foreign images.
   * Source: Glance, glance/api/policy.py, `check_is_admin`.
   */
  isAdmin(caller: Caller): boolean {
    return this.allows("context_is_admin", caller, callerAsTarget(caller));
  }
}
