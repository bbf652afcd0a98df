import { UUID } from "@imagetags/contract";
import type { Caller } from "../../identity/caller.ts";
import type { ImageRecords } from "../image-service.ts";
import type { TagRule } from "../model/tag-rule.ts";
import { maySeeTagRule, noSuchTagRule, noTagRules, refuseTagRules } from "./tag-rule-access.ts";

/** Lists the rules that hold for the images of a project, of the caller's own where none is named. */
export async function listTagRules(
  { store, policy }: ImageRecords,
  caller: Caller,
  projectId = caller.projectId,
): Promise<readonly TagRule[]> {
  const refused = refuseTagRules(policy, "get_tag_rules", caller, projectId);
  if (refused !== undefined) throw refused;
  const rules = await store.listTagRules(projectId);
  if (rules === "no-table") throw noTagRules();
  return rules;
}

/** Finds one rule that the caller may see. */
export async function showTagRule(
  { store, policy }: ImageRecords,
  caller: Caller,
  id: string,
): Promise<TagRule> {
  const rule = UUID.test(id) ? await store.findTagRule(id.toLowerCase()) : "no-rule";
  if (rule === "no-table") throw noTagRules();
  if (rule === "no-rule" || !maySeeTagRule(policy, caller, rule)) throw noSuchTagRule(id);
  return rule;
}
