import { DummyDriver, Kysely, type Dialect } from "kysely";
import type { Schema } from "./schema.ts";

/** A query builder in a database's dialect. It only compiles queries, which run elsewhere. */
export function compileOnly(dialect: Omit<Dialect, "createDriver">): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: { ...dialect, createDriver: () => new DummyDriver() } });
}
