import { sql, type Kysely } from "kysely";
import type { Dialect } from "../dialect.ts";
import type { Schema } from "../schema.ts";
import { Statement } from "../statement.ts";
import type { ActorColumns } from "./actor-columns.ts";
import type { StoredEventId } from "./event-id.ts";

/** A row of an event. */
export interface EventRow extends ActorColumns {
  readonly id: StoredEventId;
  readonly image_id: string;
  readonly tag: string;
  readonly added: boolean;
  readonly owner: string | null;
}

/** An event of a tag of an image. */
export interface LaterArgs {
  readonly imageId: string;
  readonly id: StoredEventId;
  readonly tag: string;
}

/** An event on its way to a destination. */
export interface OutboxArgs {
  readonly destination: string;
  readonly id: StoredEventId;
}

/** The statements of fixed text on what became of tags. */
export function compileEventStatements(db: Kysely<Schema>, dialect: Dialect) {
  return {
    /** The latest event of an image: the end of its part of the index. On `in`, see `statements.ts`. */
    lastEvent: new Statement(db, (query, slot: { readonly imageId: string }) =>
      query
        .selectFrom("imagetags_events")
        .select("id")
        .where("image_id", "in", [slot.imageId])
        .orderBy("id", "desc")
        .limit(sql.lit(1)),
    ),

    /** Whether a tag of an image has a later event than one; of the image's later events they are few. */
    laterEvent: new Statement(db, (query, slot: LaterArgs) =>
      query
        .selectFrom("imagetags_events")
        .select("id")
        .where("image_id", "=", slot.imageId)
        .where("id", ">", slot.id)
        .where((row) =>
          row(
            row
              .case()
              .when(dialect.isOneOf("imagetags_events.tag", [slot.tag]))
              .then(1)
              .else(0)
              .end(),
            "=",
            1,
          ),
        )
        .limit(sql.lit(1)),
    ),

    /** Leaves an event to be sent to a destination. */
    insertOutbox: new Statement(db, (query, slot: OutboxArgs) =>
      query.insertInto("imagetags_outbox").values({ destination: slot.destination, event_id: slot.id }),
    ),

    insertEvent: new Statement(db, (query, slot: EventRow) =>
      query.insertInto("imagetags_events").values({
        id: slot.id,
        image_id: slot.image_id,
        tag: slot.tag,
        added: slot.added,
        owner: slot.owner,
        user_id: slot.user_id,
        project_id: slot.project_id,
        roles: slot.roles,
        request_id: slot.request_id,
        application_credential_id: slot.application_credential_id,
        trust_id: slot.trust_id,
      }),
    ),
  };
}
