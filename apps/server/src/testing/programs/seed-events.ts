// This makes an SQLite database of images and of so many events of their tags, by statements of its own, which is quicker
// than changing tags. The arguments are the file, how many events, and how many images.
import Database from "better-sqlite3";
import { openSqlite } from "../../store/sqlite/open.ts";

const [path = "", ...numbers] = process.argv.slice(2);
const [events = 0, images = 0] = numbers.map(Number);

await (await openSqlite(path)).store.close();
const file = new Database(path);
file.pragma("synchronous = OFF");
file.pragma("cache_size = -400000");
const indexes = file
  .prepare<[], { name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_schema WHERE tbl_name = 'imagetags_events' AND type = 'index' AND sql IS NOT NULL",
  )
  .all();
// An index of many rows is made faster when they are there.
for (const { name } of indexes) file.exec(`DROP INDEX ${name}`);
file.exec("BEGIN");
file
  .prepare(
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ? - 1)
     INSERT INTO images (id, owner, status, visibility, min_disk, min_ram, protected, os_hidden, created_at, updated_at,
       deleted)
     SELECT printf('00000000-0000-4000-8000-%012x', i), 'bench', 'queued', 'shared', 0, 0, 0, 0,
       '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000', 0 FROM n`,
  )
  .run(images);
file
  .prepare(
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < @events - 1)
     INSERT INTO imagetags_events (id, image_id, tag, added, owner, user_id, project_id, roles, request_id)
     SELECT unhex(printf('%012x70008000%012x', 1700000000000 + i, i)),
       printf('00000000-0000-4000-8000-%012x', (i * 7919) % @images),
       CASE WHEN i % (@events / 100) = 0 THEN 'rare' ELSE 'tag-' || (i % 100) END, i % 2, 'bench', 'bench', 'bench',
       '["member","reader"]', 'req-' || i FROM n`,
  )
  .run({ events, images });
file.exec("COMMIT");
for (const { sql } of indexes) file.exec(sql);
file.pragma("wal_checkpoint(TRUNCATE)");
file.close();
