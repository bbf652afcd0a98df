import { sql, type Kysely } from "kysely";
import type { Dialect } from "../dialect.ts";
import type { StoredEventId } from "../events/event-id.ts";
import type { Schema } from "../schema.ts";
import { Statement } from "../statement.ts";

/** How many rules are kept in memory at most, of all projects together. */
export const MOST_KNOWN = 5_000;

/** The statements of fixed text on rules about tags. */
export function compileRuleStatements(db: Kysely<Schema>, dialect: Dialect) {
  const columns = ["id", "project_id", "pattern", "forbid", "unless_role", "user_id"] as const;
  return {
    /** The version of the rules, which then none changes before the end of the transaction. */
    rulesVersion: new Statement<object, { readonly version: string | null }>(db, () => {
      const query = sql<{ version: string | null }>`select ${dialect.rulesVersion} as version`;
      return { compile: () => query.compile(db) };
    }),

    setRulesVersion: new Statement(db, (query, slot: { readonly version: string }) =>
      query
        .updateTable("imagetags_rules_version")
        .set({ version: slot.version })
        .where("id", "=", sql.lit(1)),
    ),

    /** As many as are kept in memory, and one more. */
    someRules: new Statement<object, RuleRow>(db, (query) =>
      query
        .selectFrom("imagetags_rules")
        .select(columns)
        .orderBy("id")
        .limit(sql.lit(MOST_KNOWN + 1)),
    ),

    /** Those of the cloud and of a project. */
    rulesFor: new Statement(db, (query, slot: { readonly projectId: string | null }) =>
      query
        .selectFrom("imagetags_rules")
        .select(columns)
        .where((row) =>
          row.or([
            row("project_id", "is", null),
            dialect.isOneOf("imagetags_rules.project_id", [slot.projectId]),
          ]),
        )
        .orderBy("id"),
    ),

    findRule: new Statement(db, (query, slot: { readonly id: StoredEventId }) =>
      query.selectFrom("imagetags_rules").select(columns).where("id", "=", slot.id),
    ),

    insertRule: new Statement(db, (query, slot: RuleRow) =>
      query.insertInto("imagetags_rules").values({
        id: slot.id,
        project_id: slot.project_id,
        pattern: slot.pattern,
        forbid: slot.forbid,
        unless_role: slot.unless_role,
        user_id: slot.user_id,
      }),
    ),

    deleteRule: new Statement(db, (query, slot: { readonly id: StoredEventId }) =>
      query.deleteFrom("imagetags_rules").where("id", "=", slot.id),
    ),
  };
}

/** A row of a rule. */
export interface RuleRow {
  readonly id: StoredEventId;
  readonly project_id: string | null;
  readonly pattern: string;
  /** Words with spaces between them. */
  readonly forbid: string;
  readonly unless_role: string | null;
  readonly user_id: string | null;
}
