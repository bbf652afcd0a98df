import type Database from "better-sqlite3";
import type { CloudTagFilter, CloudTagsListed } from "../../images/model/cloud-tag.ts";
import type { ImageListFilter, ImagesListed } from "../../images/model/image-list-filter.ts";
import { Moments } from "../sql/moments.ts";
import type { PreauthorizedRemoval, RemovalOutcome } from "../sql/removal/preauthorized-removal.ts";
import type { DatabaseFigures, SqlDatabase } from "../sql/sql-database.ts";
import { rowsOf, type Steps } from "../sql/statement.ts";
import { removeInBatch } from "./batch-removal.ts";
import { sqliteDialect, sqliteQueries } from "./dialect.ts";
import { StoreUnavailable } from "../../images/model/image-store.ts";
import { isBusy, toStoreError } from "./failures.ts";
import { FileWatch } from "./file-watch.ts";
import { readTables } from "./inspect.ts";
import { MIGRATION_TABLE } from "../migrations/index.ts";
import { OUTBOX_TABLE } from "../migrations/outbox-tables.ts";
import { TAG_EVENTS_TABLE } from "../migrations/tag-events-table.ts";
import { TAG_RULES_TABLE } from "../migrations/tag-rules-table.ts";
import { ListThreads } from "./list-threads.ts";
import { ChangeQueue } from "./queue.ts";
import { SqliteConnection } from "./session.ts";

/** The images that can be looked at in a few milliseconds. */
const FEW_IMAGES = 1_000;

const LAST_ROW = { sql: "SELECT max(rowid) AS last FROM images", parameters: [] };

interface SqliteDatabaseOptions {
  readonly clock?: (() => Date) | undefined;
  readonly report?: ((problem: string) => void) | undefined;
  readonly destinations?: readonly string[] | undefined;
}

/**
 * An SQLite file as a {@link SqlDatabase}. It has one connection, which does one thing at a time, and threads
 * with connections of their own for lists.
 */
export class SqliteDatabase implements SqlDatabase {
  readonly queries = sqliteQueries;
  readonly dialect = sqliteDialect;
  readonly moments: Moments;
  readonly recordsEvents: boolean;
  readonly hasOutbox: boolean;
  readonly destinations: readonly string[];
  readonly holdsRules: boolean;
  readonly isGlances: boolean;
  readonly #connection: SqliteConnection;
  readonly #changes: ChangeQueue;
  readonly #lists: ListThreads;
  readonly #watch: FileWatch;

  /** `report` is told when the file is not at its path any more. */
  constructor(
    database: Database.Database,
    { clock, report = () => undefined, destinations = [] }: SqliteDatabaseOptions = {},
  ) {
    this.#watch = new FileWatch(database.name, report);
    this.#connection = new SqliteConnection(database);
    this.#changes = new ChangeQueue(this.#connection);
    this.moments = new Moments(clock);
    const tables = readTables(database);
    this.recordsEvents = tables.has(TAG_EVENTS_TABLE);
    this.hasOutbox = tables.has(OUTBOX_TABLE);
    this.destinations = this.hasOutbox ? destinations : [];
    this.holdsRules = tables.has(TAG_RULES_TABLE);
    this.#lists = new ListThreads({ path: database.name, recordsEvents: this.recordsEvents });
    this.isGlances = !tables.has(MIGRATION_TABLE);
  }

  change<Result>(steps: () => Steps<Result>): Promise<Result> {
    return this.#submit(steps);
  }

  /** This is a change too: the queue makes one transaction of all that waits. */
  autocommit<Result>(steps: () => Steps<Result>): Promise<Result> {
    return this.#submit(steps);
  }

  removePreauthorized(removal: PreauthorizedRemoval): Promise<RemovalOutcome> {
    return this.#submit(() => removeInBatch(removal, this.moments.next(), this));
  }

  overloaded(): boolean {
    return this.#changes.full;
  }

  figures(): DatabaseFigures {
    return { changes: this.#changes.length };
  }

  async read<Result>(steps: () => Steps<Result>): Promise<Result> {
    this.#refuseWhereLost();
    try {
      return this.#connection.read(steps);
    } catch (error) {
      throw toStoreError(error);
    }
  }

  /** Reads in a thread, unless there are so few images that each of them is soon looked at. */
  list(filter: ImageListFilter): Promise<ImagesListed | "no-marker"> | undefined {
    return this.#mostImages() <= FEW_IMAGES ? undefined : this.#readImages(filter);
  }

  /** The same of tags. */
  listTags(filter: CloudTagFilter): Promise<CloudTagsListed | "no-marker"> | undefined {
    return this.#mostImages() <= FEW_IMAGES ? undefined : this.#readTags(filter);
  }

  async probe(steps: () => Steps<void>): Promise<void> {
    try {
      await this.read(steps);
    } catch (error) {
      // The database can be written to when another process holds its lock for that.
      if (!(error instanceof StoreUnavailable && isBusy(error.cause))) throw error;
    }
  }

  async close(): Promise<void> {
    this.#watch.close();
    await this.#changes.drained();
    await this.#lists.close();
    this.#connection.close();
  }

  async #readImages(filter: ImageListFilter): Promise<ImagesListed | "no-marker"> {
    const read = await this.#lists.list({ of: "images", filter });
    if (read.of === "images") return read.page;
    throw new Error("The thread read another list.");
  }

  async #readTags(filter: CloudTagFilter): Promise<CloudTagsListed | "no-marker"> {
    const read = await this.#lists.list({ of: "tags", filter });
    if (read.of === "tags") return read.page;
    throw new Error("The thread read another list.");
  }

  #submit<Result>(steps: () => Steps<Result>): Promise<Result> {
    const { lost } = this.#watch;
    return lost === undefined ? this.#changes.submit(steps) : Promise.reject(lost);
  }

  /** At least the number of images, since rows are numbered. */
  #mostImages(): number {
    try {
      return this.#connection.read(function* rows() {
        const [row] = rowsOf<{ last: number | null }>(yield LAST_ROW);
        return row?.last ?? 0;
      });
    } catch {
      // Whatever is read next tells what is wrong with the database.
      return 0;
    }
  }

  #refuseWhereLost(): void {
    const { lost } = this.#watch;
    if (lost !== undefined) throw lost;
  }
}
