import { UUID } from "@imagetags/contract";
import { toCertainRemoval } from "../certain-removal.ts";
import type { ImageKey, Permit } from "../image-store.ts";
import { SqlImageStore } from "../sql-image-store.ts";
import type { PooledDatabase } from "./pooled-database.ts";

/** The {@link SqlImageStore} over a database server, where removals that wait at once are done together. */
export class PooledImageStore extends SqlImageStore {
  readonly #pooled: PooledDatabase;

  constructor(database: PooledDatabase, clock: (() => Date) | undefined) {
    super(database, clock);
    this.#pooled = database;
  }

  override async removeTag(
    key: ImageKey,
    tag: string,
    permit: Permit,
  ): Promise<"removed" | "no-tag" | "no-image"> {
    // An id that is no UUID is meant exactly as it is written, and a column's collation may not mind.
    const removal = UUID.test(key.imageId)
      ? toCertainRemoval(this.#pooled.dialect, key, tag, permit)
      : undefined;
    const together = removal === undefined ? undefined : this.#pooled.remove(removal);
    if (together !== undefined && (await together)) return "removed";
    return await super.removeTag(key, tag, permit);
  }
}
