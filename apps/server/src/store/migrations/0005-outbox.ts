import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Ddl } from "./ddl.ts";
import { OUTBOX_TABLES } from "./outbox-tables.ts";

/** What is still to be sent of what became of tags. */
export const outbox = (ddl: Ddl): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    for (const make of Object.values(OUTBOX_TABLES)) await make(db, ddl);
  },
});
