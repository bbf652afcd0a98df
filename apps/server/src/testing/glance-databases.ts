import { describe, test } from "vitest";
import { glanceMariadb, whyNoMariadb } from "./mariadb-databases.ts";
import { whyNoPostgres } from "./no-postgres.ts";
import { glancePostgres, POSTGRES_URL } from "./postgres-databases.ts";
import type { ServerDatabases } from "./server-databases.ts";

/** A database server that Glance made tables on. */
export interface GlanceKind {
  readonly name: "MariaDB" | "PostgreSQL";
  readonly take: ServerDatabases["take"];
}

const KINDS = [
  { name: "MariaDB", missing: await whyNoMariadb(), databases: glanceMariadb },
  { name: "PostgreSQL", missing: await whyNoPostgres(POSTGRES_URL), databases: glancePostgres },
] as const;

/** Describes the same tests for Glance's tables on every database server; see `describeOnDatabases`. */
export function describeOnGlancesTables(title: string, body: (kind: GlanceKind) => void): void {
  for (const { name, missing, databases } of KINDS) {
    describe(`${title} ${name}`, () => {
      if (missing === undefined) body({ name, take: () => databases.take() });
      else
        test.skipIf(process.env["CI"] === undefined)(missing, () => {
          throw new Error(missing);
        });
    });
  }
}
