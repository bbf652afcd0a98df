import type { Row, TableDump } from "@imagetags/testing/databases/table-dump";
import { describe, test } from "vitest";
import type { ImageStore } from "../images/model/image-store.ts";
import { GLANCE_FILE } from "./glance-file.ts";
import { mariadbKinds } from "./mariadb-databases.ts";
import { postgresKinds } from "./postgres-databases.ts";
import type { EmptyDatabase, ServerDatabase } from "./server-databases.ts";
import { openSqliteFile } from "./sqlite-databases.ts";

/** A store on a database of its own, and the ways past the store to that database. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: ImageStore;
  /** The database, as `IMAGETAGS_DATABASE_URL` takes it. */
  readonly url: string;
  /** Another store over the same database, as another process has it; closed with this one. */
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
  /** Whether its columns take texts for one that differ in case or accent only: `Prod` and `prod`. */
  readonly folds: boolean;
  /** Whether its text columns hold characters of four bytes in UTF-8. */
  readonly holdsWide: boolean;
  /** Whether its text columns hold the character with code zero. */
  readonly holdsZero: boolean;
  /** Whether its times have whole seconds. */
  readonly wholeSeconds: boolean;
  /** Whether it is a server, where each statement is a round trip and changes are done side by side. */
  readonly isServer: boolean;
  open(clock?: () => Date): Promise<StoreUnderTest>;
  /** A server's only: a database by itself, to open as a test likes; it goes back with `giveBack`. */
  readonly take: () => Promise<ServerDatabase & { giveBack(): Promise<void> }>;
  /** A server's only: a database without tables. */
  readonly makeEmpty: () => Promise<EmptyDatabase>;
}

/** A database that this machine has not. */
export interface MissingKind {
  readonly name: string;
  readonly missing: string;
}

const ofServers = () => Promise.reject(new Error("It is no server."));

const ANY = {
  folds: false,
  holdsWide: true,
  holdsZero: true,
  wholeSeconds: false,
  isServer: false,
  take: ofServers,
  makeEmpty: ofServers,
};

/** Every database that the guarantees of {@link ImageStore} are proved on. */
const KINDS: readonly (DatabaseKind | MissingKind)[] = [
  {
    ...ANY,
    name: "a new SQLite file",
    hasGlancesImages: false,
    open: (clock) => openSqliteFile(clock, undefined),
  },
  {
    ...ANY,
    name: "Glance's SQLite file",
    hasGlancesImages: true,
    open: (clock) => openSqliteFile(clock, GLANCE_FILE),
  },
  ...(await postgresKinds(ANY)),
  ...(await mariadbKinds(ANY)),
];

/**
 * Describes the same tests for every database, or for those that fit. One that the machine has not is passed
 * over and told of; where `CI` is set it fails.
 */
export function describeOnDatabases(
  title: string,
  body: (kind: DatabaseKind) => void,
  fits: (kind: DatabaseKind) => boolean = () => true,
): void {
  for (const kind of KINDS) {
    if ("missing" in kind) {
      describe(`${title} ${kind.name}`, () => {
        if (process.env["CI"]) {
          test("needs it", () => {
            throw new Error(kind.missing);
          });
        } else test.skip(kind.missing, () => undefined);
      });
    } else if (fits(kind)) {
      describe(`${title} ${kind.name}`, () => body(kind));
    }
  }
}

/** Whether a database of this kind can hold a text. */
export function holdsText({ holdsWide, holdsZero }: DatabaseKind, text: string): boolean {
  return (holdsWide || !/[\u{10000}-\u{10ffff}]/u.test(text)) && (holdsZero || !text.includes("\0"));
}

/** A time of a test, `YYYY-MM-DD HH:MM:SS.ffffff`, as a database of this kind holds it. */
export function heldTime({ wholeSeconds }: DatabaseKind, time: string): string {
  return wholeSeconds ? `${time.slice(0, 19)}.000000` : time;
}

/** The same of a `Date`. */
export function heldDate({ wholeSeconds }: DatabaseKind, time: Date): Date {
  return wholeSeconds ? new Date(Math.floor(time.getTime() / 1_000) * 1_000) : time;
}
