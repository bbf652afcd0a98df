import { describe, test } from "vitest";
import type { DatabaseKind, MissingKind } from "./database-kind.ts";
import { GLANCE_FILE } from "./glance-file.ts";
import { mariadbKinds, mysqlKinds } from "./mariadb-databases.ts";
import { postgresKinds } from "./postgres-databases.ts";
import { openSqliteFile } from "./sqlite-databases.ts";

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
  ...(await mysqlKinds(ANY)),
];

/**
 * Describes the same tests for every database, or for those that fit. A database that the machine does not have
 * is skipped with its reason, and fails where `CI` is set.
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
