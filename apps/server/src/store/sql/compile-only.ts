import { DummyDriver, Kysely, type Dialect } from "kysely";
import type { Schema } from "./schema.ts";

/** A query builder in the dialect of a database that only builds: what it compiles is run elsewhere. */
export function compileOnly(dialect: Omit<Dialect, "createDriver">): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: { ...dialect, createDriver: () => new DummyDriver() } });
}
