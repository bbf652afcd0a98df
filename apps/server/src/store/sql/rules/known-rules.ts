import type { TagRules } from "../../../images/model/tag-rule.ts";

/**
 * The rules that a process has read last, with their version. Each change of the rules gives them a new version, which none had
 * before. So whoever finds this version in the database knows all rules, and whoever finds another knows nothing.
 */
export class KnownRules {
  /** `undefined` while none were read. */
  version: string | undefined;
  /** `undefined` where they are more than are kept. */
  rules: TagRules | undefined;
}
