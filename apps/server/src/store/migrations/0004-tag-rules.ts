import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Ddl } from "./ddl.ts";
import { makeTagRulesTable, makeTagRulesVersionTable } from "./tag-rules-table.ts";

/** The rules about tags that must not go or come. */
export const tagRules = (ddl: Ddl): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await makeTagRulesVersionTable(db, ddl);
    await makeTagRulesTable(db, ddl);
  },
});
