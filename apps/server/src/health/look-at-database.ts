import type { Obstacle } from "@imagetags/contract";
import { StoreFull, StoreReadOnly } from "../images/model/image-store.ts";

/** What is asked of a database about its health. */
export interface DatabaseHealth {
  /** Rejects unless it can be written to. */
  ping(): Promise<void>;
  /** Whether its tables are those that this server needs. */
  isSchemaCurrent(): Promise<boolean>;
}

/** What was found of a database: how it failed, if it did, and whether its tables are behind. */
export interface DatabaseFound {
  readonly failure: unknown;
  readonly isOutdated: boolean;
}

/** Looks at a database. Never rejects. */
export async function lookAtDatabase(database: DatabaseHealth): Promise<DatabaseFound> {
  const [pinged, current] = await Promise.allSettled([database.ping(), database.isSchemaCurrent()]);
  return {
    failure: pinged.status === "rejected" ? pinged.reason : undefined,
    // Where the images can be read and the list of migrations cannot, it is not there.
    isOutdated: pinged.status === "fulfilled" && !(current.status === "fulfilled" && current.value),
  };
}

/** What stands in the way of using a database. The words are ours, since those of a database may tell secrets. */
export function databaseObstacles({ failure, isOutdated }: DatabaseFound): Obstacle[] {
  if (isOutdated) {
    const message =
      'The database\'s tables are of another version; bring them up to date with "imagetags-server migrate".';
    return [{ obstacle: "schema-outdated", message }];
  }
  if (failure === undefined) return [];
  if (failure instanceof StoreFull) {
    const message = "The database has no room: a change failed of that a moment ago.";
    return [{ obstacle: "database-full", message }];
  }
  if (failure instanceof StoreReadOnly) {
    const message =
      "The database answers but cannot be written to: it is read-only, a standby, cut off, or waits for its standby.";
    return [{ obstacle: "database-read-only", message }];
  }
  return [{ obstacle: "database-unavailable", message: "The database does not answer, or has failed." }];
}
