import type { SqlDatabase } from "../sql/sql-image-store.ts";
import type { Work } from "../sql/statement.ts";
import type { DatabaseKind } from "./indexes.ts";
import { ADD_TAG_INDEX } from "./tag-index.ts";

/** Adds the index led by the tag. Each statement is by itself: some cannot be in a transaction. */
export async function addTagIndex(database: SqlDatabase, kind: DatabaseKind): Promise<void> {
  for (const sql of ADD_TAG_INDEX[kind]) {
    const work = function* (): Work<void> {
      yield { sql, parameters: [] };
    };
    await (database.singly?.(work) ?? database.change(work));
  }
}
