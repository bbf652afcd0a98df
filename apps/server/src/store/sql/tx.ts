import type { Kysely } from "kysely";
import type { KnownRules } from "./rules/known-rules.ts";
import type { Schema } from "./schema.ts";
import type { Statements } from "./statements.ts";

/** What an operation of the store works with in its transaction: the first parameter of each. */
export interface Tx {
  /** Builds statements whose text depends on what is asked. */
  readonly queries: Kysely<Schema>;
  /** The statements of fixed text. */
  readonly sql: Statements;
  /** The time of the operation, as the database's columns hold a time. */
  readonly now: string;
  /** The same in microseconds since 1970; no two operations of one process have the same. */
  readonly moment: number;
  /** Whether there is a table for what becomes of tags. */
  readonly recordsEvents: boolean;
  /** Where each event is to be sent, by the names that the outbox has. */
  readonly destinations: readonly string[];
  /** The rules about tags as they were read last; `undefined`: there is no table for them. */
  readonly knownRules: KnownRules | undefined;
  /** Whether Glance may have moved `updated_at` back. */
  readonly isGlances: boolean;
}
