import { randomUUID } from "node:crypto";
import type { Row } from "@imagetags/testing/databases/table-dump";
import type Database from "better-sqlite3";

/** The time at which a row was made, unless a test says otherwise. */
const TIME = "2031-01-01 00:00:00.000000";

/**
 * A row of `images` as another program writes it: a plain active image of alpha's, unless the test says otherwise.
 */
export function imageRow(said: Row = {}): Row & { readonly id: string } {
  const id = randomUUID();
  return {
    name: null,
    size: null,
    status: "active",
    disk_format: null,
    container_format: null,
    checksum: null,
    owner: "alpha",
    min_disk: 0,
    min_ram: 0,
    protected: 0,
    virtual_size: null,
    visibility: "private",
    os_hidden: 0,
    os_hash_algo: null,
    os_hash_value: null,
    created_at: TIME,
    updated_at: TIME,
    deleted_at: null,
    deleted: 0,
    id,
    ...said,
  };
}

/** A row of `image_tags`. */
export function tagRow(imageId: string, value: string): Row {
  return { image_id: imageId, value, created_at: TIME, updated_at: TIME, deleted_at: null, deleted: 0 };
}

/** Writes rows of the same columns into an SQLite file, all at once. */
export function insertRows(file: Database.Database, table: string, rows: readonly Row[]): void {
  const columns = Object.keys(rows[0] ?? {});
  const slots = columns.map((column) => `@${column}`);
  const insert = file.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${slots.join(", ")})`);
  file.transaction(() => {
    for (const row of rows) insert.run(row);
  })();
}
