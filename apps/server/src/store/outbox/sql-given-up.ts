import { sql as raw } from "kysely";
import type { Chosen, DestinationState, GivenUp, GivenUpEvent } from "../../images/model/given-up.ts";
import { MOST_COUNTED } from "../../images/model/outbox.ts";
import type { StoredEventId } from "../sql/events/event-id.ts";
import { toTagEvent } from "../sql/events/walk-events.ts";
import { inParts } from "../sql/in-parts.ts";
import type { SqlDatabase } from "../sql/sql-database.ts";
import { rowsOfQuery, type Steps } from "../sql/statement.ts";
import { SqlOutbox } from "./sql-outbox.ts";

type Table = "imagetags_outbox" | "imagetags_given_up";

/** How many events one transaction moves or forgets. */
const BATCH = 500;

/** {@link GivenUp}, over any {@link SqlDatabase} that has its tables. */
export class SqlGivenUp implements GivenUp {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async states(named: readonly string[]): Promise<readonly DestinationState[]> {
    const names = new Set(named);
    for (const table of ["imagetags_outbox", "imagetags_given_up"] as const) {
      for (const name of await this.#database.read(() => this.#namesIn(table))) names.add(name);
    }
    const backlogs = await new SqlOutbox(this.#database).backlog([...names].toSorted());
    return await this.#database.read(() => this.#withGivenUp(backlogs));
  }

  async list({
    destination,
    after,
    limit,
  }: Parameters<GivenUp["list"]>[0]): Promise<readonly GivenUpEvent[]> {
    const { queries, dialect } = this.#database;
    let query = queries
      .selectFrom("imagetags_given_up as given_up")
      .innerJoin("imagetags_events as event", "event.id", "given_up.event_id")
      .selectAll("event")
      .select(["given_up.destination", "given_up.attempts", "given_up.error"])
      // Drivers give so large a number as text.
      .select(raw<number | string>`given_up.given_up_at`.as("given_up_at"))
      .orderBy("given_up.destination")
      .orderBy("given_up.event_id")
      .limit(raw.lit(limit));
    if (destination !== undefined) query = query.where("given_up.destination", "=", destination);
    if (after !== undefined) {
      const id = dialect.toEventId(after.id);
      query = query.where((row) =>
        row.or([
          row("given_up.destination", ">", after.destination),
          row.and([row("given_up.destination", "=", after.destination), row("given_up.event_id", ">", id)]),
        ]),
      );
    }
    const rows = await this.#database.read(() => rowsOfQuery(query.compile()));
    return rows.map((row) => ({
      destination: row.destination,
      givenUpAt: new Date(Number(row.given_up_at)),
      attempts: row.attempts,
      error: row.error,
      event: toTagEvent({ ...row, added: Boolean(row.added) }),
    }));
  }

  async retry(chosen: Chosen): Promise<number> {
    return await this.#inBatches(chosen, "imagetags_given_up", true);
  }

  async drop(chosen: Chosen): Promise<number> {
    return await this.#inBatches(chosen, "imagetags_given_up", false);
  }

  async dropWaiting(chosen: Chosen): Promise<number> {
    return await this.#inBatches(chosen, "imagetags_outbox", false);
  }

  async #inBatches({ destination, ids }: Chosen, table: Table, again: boolean): Promise<number> {
    const { dialect } = this.#database;
    const takeOut = (some?: readonly StoredEventId[]) =>
      this.#database.change(() => this.#takeOut(destination, table, some, again));
    let done = 0;
    if (ids === "all") {
      for (;;) {
        const { found, gone } = await takeOut();
        done += gone;
        if (found < BATCH) return done;
      }
    }
    for (const some of inParts(ids)) done += (await takeOut(some.map((id) => dialect.toEventId(id)))).gone;
    return done;
  }

  /** Picks events and takes them out in one transaction. Those that somebody else takes out meanwhile are theirs. */
  *#takeOut(
    destination: string,
    table: Table,
    ids: readonly StoredEventId[] | undefined,
    again: boolean,
  ): Steps<{ readonly found: number; readonly gone: number }> {
    const { queries } = this.#database;
    let query = queries.selectFrom(table).select("event_id").where("destination", "=", destination);
    if (ids !== undefined) query = query.where("event_id", "in", [...ids]);
    const picked = query.orderBy("event_id").limit(raw.lit(BATCH));
    const found = yield* rowsOfQuery(picked.compile());
    let gone = 0;
    for (const { event_id } of found) {
      const row = queries.deleteFrom(table).where("destination", "=", destination);
      if ((yield row.where("event_id", "=", event_id).compile()).affected === 0) continue;
      gone += 1;
      if (again) yield queries.insertInto("imagetags_outbox").values({ destination, event_id }).compile();
    }
    return { found: found.length, gone };
  }

  /** The destinations of a table, each found by one look into its key. */
  *#namesIn(table: Table): Steps<readonly string[]> {
    const names: string[] = [];
    for (;;) {
      let query = this.#database.queries.selectFrom(table).select("destination").orderBy("destination");
      const last = names.at(-1);
      if (last !== undefined) query = query.where("destination", ">", last);
      const [row] = yield* rowsOfQuery(query.limit(raw.lit(1)).compile());
      if (row === undefined) return names;
      names.push(row.destination);
    }
  }

  *#withGivenUp(backlogs: readonly Omit<DestinationState, "givenUp">[]): Steps<readonly DestinationState[]> {
    const { queries } = this.#database;
    const states: DestinationState[] = [];
    for (const backlog of backlogs) {
      const some = queries
        .selectFrom("imagetags_given_up")
        .select("event_id")
        .where("destination", "=", backlog.destination)
        .limit(raw.lit(MOST_COUNTED));
      const counted = queries.selectFrom(some.as("counted")).select((row) => row.fn.countAll().as("events"));
      const [row] = yield* rowsOfQuery(counted.compile());
      states.push({ ...backlog, givenUp: Number(row?.events ?? 0) });
    }
    return states;
  }
}
