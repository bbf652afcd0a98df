import { toCertainRemoval } from "../certain-removal.ts";
import type { ImageKey, Permit } from "../image-store.ts";
import { SqlImageStore } from "../sql-image-store.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";

/** The {@link SqlImageStore} over SQLite, which goes the shortest way where a removal is certain to be permitted. */
export class SqliteImageStore extends SqlImageStore {
  readonly #sqlite: SqliteDatabase;

  constructor(database: SqliteDatabase, clock: () => Date) {
    super(database, clock);
    this.#sqlite = database;
  }

  override async removeTag(
    key: ImageKey,
    tag: string,
    permit: Permit,
  ): Promise<"removed" | "no-tag" | "no-image"> {
    const removal = toCertainRemoval(this.#sqlite.dialect, key, tag, permit);
    const attempt = removal === undefined ? "unknown" : await this.#sqlite.remove(removal);
    return attempt === "unknown" ? await super.removeTag(key, tag, permit) : attempt;
  }
}
