import type { Kysely } from "kysely";
import type { ImageListFilter, ImagesListed } from "../../images/model/image-list-filter.ts";
import type { CloudTagFilter, CloudTagsListed } from "../../images/model/cloud-tag.ts";
import type { Dialect } from "./dialect.ts";
import type { Moments } from "./moments.ts";
import type { PreauthorizedRemoval, RemovalOutcome } from "./removal/preauthorized-removal.ts";
import type { Schema } from "./schema.ts";
import type { Steps } from "./statement.ts";

/** How many changes wait or are under way, and what the connections to a database server do. */
export interface DatabaseFigures {
  readonly changes: number;
  readonly pool?: PoolFigures | undefined;
}

/** How many connections are in use and idle, and how much work waits for one. */
export interface PoolFigures {
  readonly inUse: number;
  readonly idle: number;
  readonly waiting: number;
}

/** A database that runs {@link Steps} in transactions of its own kind. */
export interface SqlDatabase {
  /** Builds queries in the database's dialect. */
  readonly queries: Kysely<Schema>;
  readonly dialect: Dialect;
  /** When its changes are done. */
  readonly moments: Moments;
  /** Whether it has a table for what becomes of tags. */
  readonly recordsEvents: boolean;
  /** Whether it has tables for what is to be sent. */
  readonly hasOutbox: boolean;
  /** Where each event is to be sent, by the names that the outbox has. */
  readonly destinations: readonly string[];
  /** Whether it has a table for rules about tags. */
  readonly holdsRules: boolean;
  /** Whether its tables are Glance's, which writes to them too, and may move `updated_at` back. */
  readonly isGlances: boolean;
  /** Runs steps that write, as one transaction. Resolves when it is durable. */
  change<Result>(steps: () => Steps<Result>): Promise<Result>;
  /** Runs steps that read one state of the database. */
  read<Result>(steps: () => Steps<Result>): Promise<Result>;
  /** Runs steps of which each may be a transaction by itself. */
  autocommit<Result>(steps: () => Steps<Result>): Promise<Result>;
  /** Runs steps that find out whether the database can be used, however many changes wait. */
  probe(steps: () => Steps<void>): Promise<void>;
  /** Does a preauthorized removal in a batch with those that wait. */
  removePreauthorized(removal: PreauthorizedRemoval): Promise<RemovalOutcome>;
  /** Reads a list that {@link SqlDatabase.read} might block the process with for long. */
  list?(filter: ImageListFilter): Promise<ImagesListed | "no-marker"> | undefined;
  /** The same of a list of tags. */
  listTags?(filter: CloudTagFilter): Promise<CloudTagsListed | "no-marker"> | undefined;
  /** Whether so many changes wait that another is refused. */
  overloaded(): boolean;
  /** What is under way just now. */
  figures(): DatabaseFigures;
  close(): Promise<void>;
}
