import { sql, type Kysely } from "kysely";
import type { Dialect } from "./dialect.ts";
import type { Schema } from "./schema.ts";
import { Statement } from "./statement.ts";

/** All memberships of an image. */
export interface OfImage {
  readonly imageId: string;
}

/** The membership of one project. */
export interface OfMember extends OfImage {
  readonly memberId: string;
}

/** One row. */
export interface OfRow {
  readonly id: number;
}

/** The time of a change. */
export interface AtTime {
  readonly now: string;
}

const yes = sql.lit(true);
const no = sql.lit(false);

const COLUMNS = ["id", "member", "status", "created_at", "updated_at", "deleted"] as const;

/**
 * The statements of fixed text about members, compiled for the database that `db` speaks to. They say `not
 * deleted`: for `deleted = 0` a planner may take Glance's index of that, which finds nearly all rows.
 */
export function compileMemberStatements(db: Kysely<Schema>, dialect: Dialect) {
  return {
    membersOf: new Statement(db, (query, slot: OfImage) =>
      query
        .selectFrom("image_members")
        .select(COLUMNS)
        .where("image_id", "in", [slot.imageId])
        .where((row) => row.not("deleted"))
        .orderBy("id"),
    ),

    /** Every row of the image's memberships, deleted ones last. */
    membershipsOf: new Statement(db, (query, slot: OfImage) => memberships(query, slot)),

    /** Every row of one project's membership, deleted ones last. */
    membershipsOfProject: new Statement(db, (query, slot: OfMember) =>
      memberships(query, slot).where(dialect.isOneOf("image_members.member", [slot.memberId])),
    ),

    insertMember: new Statement(db, (query, slot: OfMember & AtTime) =>
      query.insertInto("image_members").values({
        image_id: slot.imageId,
        member: slot.memberId,
        can_share: no,
        status: "pending",
        created_at: slot.now,
        updated_at: slot.now,
        deleted_at: null,
        deleted: no,
      }),
    ),

    /** Glance too revives a deleted membership, which keeps the time when it was made. */
    reviveMember: new Statement(db, (query, slot: OfRow & AtTime) =>
      query
        .updateTable("image_members")
        // `glance-manage db purge` takes rows by the time of their deletion alone, so that is cleared.
        .set({ status: "pending", can_share: no, updated_at: slot.now, deleted_at: null, deleted: no })
        .where("id", "=", slot.id),
    ),

    setMemberStatus: new Statement(db, (query, slot: OfMember & AtTime & { readonly status: string }) =>
      query
        .updateTable("image_members")
        .set({ status: slot.status, updated_at: slot.now })
        .where("image_id", "=", slot.imageId)
        .where(dialect.isOneOf("image_members.member", [slot.memberId]))
        .where((row) => row.not("deleted")),
    ),

    endMembership: new Statement(db, (query, slot: OfRow & AtTime) =>
      query
        .updateTable("image_members")
        .set({ deleted: yes, deleted_at: slot.now, updated_at: slot.now })
        .where("id", "=", slot.id),
    ),

    dropMembershipRow: new Statement(db, (query, slot: OfRow) =>
      query.deleteFrom("image_members").where("id", "=", slot.id),
    ),
  };
}

function memberships(query: Kysely<Schema>, { imageId }: OfImage) {
  return query
    .selectFrom("image_members")
    .select(COLUMNS)
    .where("image_id", "in", [imageId])
    .orderBy("deleted")
    .orderBy("id");
}
