import type { Row, TableDump } from "@imagetags/testing/databases/table-dump";
import type { ImageStore } from "../images/model/image-store.ts";

/** One database of a server, as another program is connected to it. */
export interface ServerDatabase {
  readonly url: string;
  /** Every row, by table. */
  rows(): Promise<ReadonlyMap<string, readonly Row[]>>;
  insert(table: string, rows: readonly Row[]): Promise<void>;
  /**
   * Holds the row lock of an image, as another program does in a transaction of its own. Resolves with what
   * ends that.
   */
  lockImage(imageId: string): Promise<() => Promise<void>>;
  /** Ends all connections to the database but this one, from the server's side. */
  endOthers(): Promise<void>;
  /** Has the server gather the statistics that it plans by. */
  analyze(): Promise<void>;
  /** Leaves the rows that it had when it was made. */
  reset(): Promise<void>;
}

/** A database without anything in it. */
export interface EmptyDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A store on a database of its own, and the ways past the store to that database. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: ImageStore;
  /** The database, as `IMAGETAGS_DATABASE_URL` takes it. */
  readonly url: string;
  /** Another store over the same database, as another process has it. It is closed with this one. */
  openAnother(): Promise<ImageStore>;
  /** Writes rows of the same columns as another program does, all at once. */
  insert(table: string, ...rows: Row[]): Promise<void>;
  /** Every row there is: flags as 0 and 1, times to the microsecond. */
  dump(): Promise<TableDump>;
}

/** A database that the tests of {@link ImageStore} run on. */
export interface DatabaseKind {
  readonly name: string;
  /** Whether it holds the images that Glance wrote. See `data/`. */
  readonly hasGlancesImages: boolean;
  /** Whether its columns take texts for equal that differ in case or accent only: `Prod` and `prod`. */
  readonly folds: boolean;
  /** Whether its text columns hold characters of four bytes in UTF-8. */
  readonly holdsWide: boolean;
  /** Whether its text columns hold the character with code zero. */
  readonly holdsZero: boolean;
  /** Whether its times have whole seconds. */
  readonly wholeSeconds: boolean;
  /** Whether it is a server. Each statement is a round trip then, and changes are done side by side. */
  readonly isServer: boolean;
  open(clock?: () => Date): Promise<StoreUnderTest>;
  /** Of servers only: a database by itself, to open as a test likes. `giveBack` returns it. */
  readonly take: () => Promise<ServerDatabase & { giveBack(): Promise<void> }>;
  /** Of servers only: a database without tables. */
  readonly makeEmpty: () => Promise<EmptyDatabase>;
}

/** A database that this machine does not have. */
export interface MissingKind {
  readonly name: string;
  readonly missing: string;
}
