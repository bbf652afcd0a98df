import { deleteTagRule, makeTagRule, tagRules, type Client } from "@imagetags/client";
import { EXIT } from "../exit-code.ts";
import type { OutputFormat } from "../output/output-format.ts";
import type { Row } from "../output/row.ts";
import { createRowWriter } from "../output/row-writer.ts";
import { safeText } from "../output/safe-text.ts";
import { standardOutput } from "../output/standard-output.ts";
import { currentVerbosity, note } from "../terminal/notes.ts";

type Rule = Awaited<ReturnType<typeof makeTagRule>>;

/** What {@link showRules} takes. */
export interface ShowRules {
  readonly project: string | undefined;
  readonly columns: readonly string[];
  readonly format: OutputFormat;
}

/** Prints the rules that hold for the images of a project. */
export async function showRules(client: Client, { project, columns, format }: ShowRules): Promise<number> {
  const rules = await tagRules(client, { projectId: project });
  const sink = standardOutput();
  const writer = await createRowWriter(format, columns, sink);
  for (const rule of rules) await writer.write(rowOf(rule));
  await writer.end();
  if (rules.length === 0 && format === "table" && sink.isTerminal) note("There are no rules about tags.");
  return EXIT.done;
}

/** What {@link protect} takes. */
export interface Protect {
  readonly pattern: string;
  readonly forbid: readonly ("add" | "remove" | "move")[];
  readonly unlessRole: string | undefined;
  readonly project: string | undefined;
  readonly cloud: boolean;
  readonly format: OutputFormat;
}

/** Makes a rule, and prints it for a program. */
export async function protect(
  client: Client,
  { pattern, forbid, unlessRole, project, cloud, format }: Protect,
): Promise<number> {
  const rule = await makeTagRule(client, {
    pattern,
    forbid: [...forbid],
    scope: cloud ? "cloud" : "project",
    ...(unlessRole === undefined ? {} : { unless_role: unlessRole }),
    ...(project === undefined ? {} : { project_id: project }),
  });
  if (format !== "table") {
    const writer = await createRowWriter(format, Object.keys(rowOf(rule)), standardOutput());
    await writer.write(rowOf(rule));
    await writer.end();
  } else if (currentVerbosity() !== "quiet") {
    const exception = rule.unless_role === null ? "" : `, but to bearers of the role ${rule.unless_role}`;
    const sentence = `Rule ${rule.id} forbids to ${rule.forbid.join(", ")} tags that fit ${rule.pattern}${exception}.`;
    await standardOutput().write(`${safeText(sentence)}\n`);
  }
  return EXIT.done;
}

/** Deletes a rule. */
export async function unprotect(
  client: Client,
  { rule, format }: { readonly rule: string; readonly format: OutputFormat },
): Promise<number> {
  await deleteTagRule(client, rule);
  if (format === "table" && currentVerbosity() !== "quiet") {
    await standardOutput().write(`Deleted rule ${safeText(rule)}.\n`);
  }
  return EXIT.done;
}

function rowOf(rule: Rule): Row {
  return {
    id: rule.id,
    scope: rule.scope,
    project_id: rule.project_id,
    pattern: rule.pattern,
    forbid: rule.forbid,
    unless_role: rule.unless_role,
    exempt: rule.exempt,
    created_at: rule.created_at,
    user_id: rule.user_id,
  };
}
