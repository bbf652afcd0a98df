import type { NewTagRule, TagRule } from "./tag-rule.ts";

/** The rules about tags. `no-table`: the database has no place for them, and none holds. */
export interface TagRuleStore {
  /** Those of the cloud, and those of a project, in the order in which they were made. */
  listTagRules(projectId: string | null): Promise<readonly TagRule[] | "no-table">;

  /** Finds one by its id. */
  findTagRule(id: string): Promise<TagRule | "no-rule" | "no-table">;

  /**
   * Makes a rule. `exists` when its project, or the cloud, has the same already; `too-many` when it has `most`. Resolves when no
   * change that it forbids is under way any more.
   */
  makeTagRule(rule: NewTagRule, most: number): Promise<TagRule | "exists" | "too-many" | "no-table">;

  /** Deletes a rule. */
  deleteTagRule(id: string): Promise<"deleted" | "no-rule" | "no-table">;
}
