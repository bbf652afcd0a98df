import { patternMatcher, type NewTagRule, type TagRule, type TagRuleVerb } from "@imagetags/contract";
import type { Client } from "../client.ts";
import { NotServedError } from "../errors/refusal-errors.ts";
import type { HelperOptions } from "./helper-options.ts";
import { isListNotServed, isNotServed } from "./not-served.ts";
import { toRefusedError } from "./refusal.ts";

const KEEP_RULES = "keep rules about tags";

/**
 * Which rules: those that hold for the images of this project, by its id, and not of the caller's; for administrators.
 *
 * @example
 * const options: TagRulesOptions = { projectId: "7f0f8a0b6e3c4b5b9d1c2a3e4f506172" };
 */
export interface TagRulesOptions extends HelperOptions {
  readonly projectId?: string | undefined;
}

/**
 * The rules about tags that hold for the images of a project, those of the cloud first.
 *
 * @throws {NotServedError} when the server has no rules about tags, as a plain Glance
 * @throws {RefusedError} when the server refuses
 *
 * @example
 * for (const { id, pattern, forbid } of await tagRules(client)) console.log(id, pattern, forbid.join(" "));
 */
export async function tagRules(
  client: Client,
  { projectId, signal }: TagRulesOptions = {},
): Promise<readonly TagRule[]> {
  const reply = await client.tagRules.list({
    query: { project_id: projectId },
    fetchOptions: { signal: signal ?? null },
  });
  if (reply.status === 200) return reply.body.tag_rules;
  throw isListNotServed(reply) ? new NotServedError(KEEP_RULES) : problemOf(reply);
}

/**
 * Makes a rule about tags. Once it is there, no change that it forbids is made.
 *
 * @throws {NotServedError} when the server has no rules about tags, as a plain Glance
 * @throws {RefusedError} when the server refuses, such as 409 `tag-rule-exists`
 *
 * @example
 * const { id } = await makeTagRule(client, { pattern: "release-*", forbid: ["remove", "move"], unless_role: "manager" });
 */
export async function makeTagRule(
  client: Client,
  rule: NewTagRule,
  { signal }: HelperOptions = {},
): Promise<TagRule> {
  const reply = await client.tagRules.create({ body: rule, fetchOptions: { signal: signal ?? null } });
  if (reply.status === 201) return reply.body;
  throw problemOf(reply);
}

/**
 * Deletes a rule about tags, by its id.
 *
 * @throws {NotServedError} when the server has no rules about tags, as a plain Glance
 * @throws {RefusedError} when the server refuses, such as 404 `no-such-tag-rule`
 *
 * @example
 * await deleteTagRule(client, "019c3a52-7c00-7000-8000-000000000000");
 */
export async function deleteTagRule(
  client: Client,
  ruleId: string,
  { signal }: HelperOptions = {},
): Promise<void> {
  const reply = await client.tagRules.delete({
    params: { rule_id: ruleId },
    fetchOptions: { signal: signal ?? null },
  });
  if (reply.status !== 204) throw problemOf(reply);
}

/**
 * The first of these rules that forbids the caller to do this to a tag; `undefined` when none does. The rules must be those of
 * the project that owns the image.
 *
 * @example
 * const rule = forbiddingRule(await tagRules(client), "remove", "release-1");
 * if (rule !== undefined) console.error(`Rule ${rule.id} forbids it.`);
 */
export function forbiddingRule(
  rules: readonly TagRule[],
  verb: TagRuleVerb,
  tag: string,
): TagRule | undefined {
  return rules.find(
    ({ forbid, exempt, pattern }) => !exempt && forbid.includes(verb) && patternMatcher(pattern)(tag),
  );
}

function problemOf(reply: Parameters<typeof toRefusedError>[0]): Error {
  const refused = toRefusedError(reply);
  return isNotServed(refused) ? new NotServedError(KEEP_RULES) : refused;
}
