import { sql as raw } from "kysely";
import {
  MOST_COUNTED,
  type Backlog,
  type Delivery,
  type DeliveryQuery,
  type FailedDelivery,
  type ImageNow,
  type Outbox,
  type TriedEvent,
} from "../../images/model/outbox.ts";
import { eventIdText, eventTime } from "../sql/events/event-id.ts";
import { toTagEvent } from "../sql/events/walk-events.ts";
import { withTagsAndProperties } from "../sql/read-images.ts";
import { REQUIRED_COLUMNS } from "../sql/schema.ts";
import { inParts } from "../sql/in-parts.ts";
import { fromSqlTime } from "../sql/sql-time.ts";
import type { SqlDatabase } from "../sql/sql-database.ts";
import { rowsOfQuery, type Steps } from "../sql/statement.ts";
import { storableError } from "./storable-error.ts";

/** The {@link Outbox}, over any {@link SqlDatabase} that has its tables. */
export class SqlOutbox implements Outbox {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  takeLease(name: string, holder: string, duration: number): Promise<boolean> {
    const { queries, dialect } = this.#database;
    const ends = raw<number>`${dialect.clock} + ${dialect.toNumber(duration)}`;
    return this.#database.change(function* take() {
      const taken = yield queries
        .updateTable("imagetags_leases")
        .set({ holder, ends_at: ends })
        .where("name", "=", name)
        .where((row) => row.or([row("holder", "=", holder), row("ends_at", "<=", dialect.clock)]))
        .compile();
      if (taken.affected > 0) return true;
      const ofName = queries.selectFrom("imagetags_leases").select("name").where("name", "=", name);
      if ((yield* rowsOfQuery(ofName.compile())).length > 0) return false;
      yield queries.insertInto("imagetags_leases").values({ name, holder, ends_at: ends }).compile();
      return true;
    });
  }

  async endLease(name: string, holder: string): Promise<void> {
    const { queries } = this.#database;
    const lease = queries.deleteFrom("imagetags_leases").where("name", "=", name);
    await this.#write(lease.where("holder", "=", holder).compile());
  }

  async waiting(destination: string, { limit, without }: DeliveryQuery): Promise<readonly Delivery[]> {
    const { queries, dialect } = this.#database;
    let query = queries
      .selectFrom("imagetags_outbox as waiting")
      .innerJoin("imagetags_events as event", "event.id", "waiting.event_id")
      .selectAll("event")
      .select([
        "waiting.attempts",
        raw<number | string | null>`waiting.due_at - ${dialect.clock}`.as("due_in"),
      ])
      .where("waiting.destination", "=", destination)
      .orderBy("waiting.event_id")
      .limit(raw.lit(limit));
    if (without.size > 0) query = query.where("event.image_id", "not in", [...without]);
    const rows = await this.#find(() => rowsOfQuery(query.compile()));
    return rows.map((row) => ({
      event: toTagEvent({ ...row, added: Boolean(row.added) }),
      attempts: row.attempts,
      dueIn: Number(row.due_in ?? 0),
    }));
  }

  async sent(destination: string, eventIds: readonly string[]): Promise<void> {
    if (eventIds.length === 0) return;
    await this.#write(this.#rows(destination, eventIds).compile());
  }

  async postpone(
    destination: string,
    eventId: string,
    { attempts, error }: FailedDelivery,
    delay: number,
  ): Promise<void> {
    const { queries, dialect } = this.#database;
    await this.#write(
      queries
        .updateTable("imagetags_outbox")
        .set({
          attempts,
          error: storableError(error),
          due_at: raw<number>`${dialect.clock} + ${dialect.toNumber(delay)}`,
        })
        .where("destination", "=", destination)
        .where("event_id", "=", dialect.toEventId(eventId))
        .compile(),
    );
  }

  async giveUp(destination: string, events: readonly TriedEvent[], error: string): Promise<void> {
    const { queries, dialect } = this.#database;
    const why = storableError(error);
    for (const some of inParts(events)) {
      const moved = some.map(({ id, attempts }) => ({
        gone: this.#rows(destination, [id]).compile(),
        row: { destination, event_id: dialect.toEventId(id), attempts, error: why },
      }));
      await this.#database.change(function* giveUp() {
        for (const { gone, row } of moved) {
          // Somebody may have dropped it meanwhile.
          if ((yield gone).affected === 0) continue;
          const given_up_at = raw<number>`${dialect.clock}`;
          yield queries
            .insertInto("imagetags_given_up")
            .values({ ...row, given_up_at })
            .compile();
        }
      });
    }
  }

  async findImages(ids: readonly string[]): Promise<ReadonlyMap<string, ImageNow>> {
    if (ids.length === 0) return new Map();
    const { queries } = this.#database;
    const wanted = queries.selectFrom("images").select(REQUIRED_COLUMNS.images).where("id", "in", ids);
    return await this.#find(function* find() {
      const rows = yield* rowsOfQuery(wanted.compile());
      const images = yield* withTagsAndProperties(queries, rows);
      return new Map(
        images.map((image, index) => {
          const deletedAt = rows[index]?.deleted_at ?? null;
          const isDeleted = Boolean(rows[index]?.deleted) && deletedAt !== null;
          return [image.id, { image, deletedAt: isDeleted ? fromSqlTime(deletedAt) : null }];
        }),
      );
    });
  }

  async backlog(destinations: readonly string[]): Promise<readonly Backlog[]> {
    const { queries } = this.#database;
    return await this.#database.read(function* count() {
      const backlogs: Backlog[] = [];
      for (const destination of destinations) {
        const ofDestination = queries
          .selectFrom("imagetags_outbox")
          .select("event_id")
          .where("destination", "in", [destination])
          .orderBy("event_id");
        const [first] = yield* rowsOfQuery(ofDestination.limit(raw.lit(1)).compile());
        const counted = queries
          .selectFrom(ofDestination.limit(raw.lit(MOST_COUNTED)).as("counted"))
          .select((row) => row.fn.countAll().as("waiting"));
        const [row] = yield* rowsOfQuery(counted.compile());
        backlogs.push({
          destination,
          waiting: Number(row?.waiting ?? 0),
          oldest: first === undefined ? null : eventTime(eventIdText(first.event_id)),
        });
      }
      return backlogs;
    });
  }

  /** Takes rows out. */
  #rows(destination: string, ids: readonly string[]) {
    const { queries, dialect } = this.#database;
    return queries
      .deleteFrom("imagetags_outbox")
      .where("destination", "=", destination)
      .where(
        "event_id",
        "in",
        ids.map((id) => dialect.toEventId(id)),
      );
  }

  async #write(call: { readonly sql: string; readonly parameters: readonly unknown[] }): Promise<void> {
    await this.#database.change(function* write() {
      yield call;
    });
  }

  /** What was found, once a standby has it too, where one is waited for: nothing is sent that a failure could undo. */
  #find<Result>(steps: () => Steps<Result>): Promise<Result> {
    const { confirm } = this.#database.dialect;
    if (confirm === undefined) return this.#database.read(steps);
    return this.#database.change(function* confirmed() {
      const result = yield* steps();
      yield confirm;
      return result;
    });
  }
}
