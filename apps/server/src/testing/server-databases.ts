import { randomUUID } from "node:crypto";
import { dumpOf, type Row } from "@imagetags/testing/databases/table-dump";
import { parseDatabaseUrl } from "../store/database-url.ts";
import type { ImageStore } from "../images/model/image-store.ts";
import { openDatabase } from "../store/open-database.ts";
import type { DatabaseKind, EmptyDatabase, ServerDatabase, StoreUnderTest } from "./database-kind.ts";

/** The tables of images. Each comes after those that it refers to. */
export const TABLES = [
  "images",
  "image_tags",
  "image_properties",
  "image_members",
  "image_locations",
] as const;

/** A database that nobody else uses until it is given back. */
type Taken = ServerDatabase & { giveBack(): Promise<void> };

function newName(): string {
  return `${databasePrefix()}${randomUUID().replaceAll("-", "").slice(0, 16)}`;
}

/** The beginning of the names of all databases of this test run. */
export function databasePrefix(): string {
  return `imagetags_test_${process.env["TEST_RUN"] ?? "alone"}_`;
}

/**
 * Makes databases for the tests of one process. A server takes long to make one, so each is used again. They
 * are dropped at the end of the run: see `global-setup.ts`.
 */
export class ServerDatabases {
  readonly #makeEmpty: (name: string) => Promise<EmptyDatabase>;
  readonly #make: (name: string) => Promise<ServerDatabase>;
  readonly #free: ServerDatabase[] = [];
  /** Open stores over free databases. A store remembers nothing of what it was asked. */
  readonly #idle: { readonly database: Taken; readonly store: ImageStore }[] = [];

  constructor(
    make: (name: string) => Promise<ServerDatabase>,
    makeEmpty: (name: string) => Promise<EmptyDatabase>,
  ) {
    this.#make = make;
    this.#makeEmpty = makeEmpty;
  }

  /** What a kind of database is made of. */
  get kind(): Required<Pick<DatabaseKind, "open" | "take" | "makeEmpty">> {
    return {
      open: (clock) => this.open(clock),
      take: () => this.take(),
      makeEmpty: () => this.#makeEmpty(newName()),
    };
  }

  /** Takes a database that nobody else uses until it is given back. */
  async take(): Promise<Taken> {
    const free = this.#free.pop() ?? (await this.#make(newName()));
    return {
      ...free,
      giveBack: async () => {
        await free.reset();
        this.#free.push(free);
      },
    };
  }

  async open(clock: (() => Date) | undefined): Promise<StoreUnderTest> {
    const idle = clock === undefined ? this.#idle.pop() : undefined;
    const database = idle?.database ?? (await this.take());
    const location = parseDatabaseUrl(database.url);
    const settings = { location, poolSize: 10, connectTimeout: 10_000, statementTimeout: 10_000 };
    const store = idle?.store ?? (await openDatabase(settings, clock)).store;
    const others: ImageStore[] = [];
    const idleStores = this.#idle;
    return {
      store,
      url: database.url,
      async openAnother() {
        const another = await openDatabase(settings, clock);
        others.push(another.store);
        return another.store;
      },
      insert: (table, ...rows) => database.insert(table, rows),
      dump: async () => dumpOf(await database.rows()),
      async [Symbol.asyncDispose]() {
        for (const open of others) await open.close();
        if (clock === undefined) {
          await database.reset();
          idleStores.push({ database, store });
        } else {
          await store.close();
          await database.giveBack();
        }
      },
    };
  }
}

/** The columns of rows that are alike, and their values in that order. */
export function toColumns(rows: readonly Row[]): { columns: string[]; values: unknown[][] } {
  const columns = Object.keys(rows[0] ?? {});
  return { columns, values: rows.map((row) => columns.map((column) => row[column])) };
}
