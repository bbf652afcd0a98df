import { MEMBER_STATUSES, type MemberStatus } from "@imagetags/contract";
import type { SqlBool } from "kysely";
import type { ImageAccess } from "../../images/model/image-record.ts";
import type { ImageKey, OverQuota, Permit } from "../../images/model/image-store.ts";
import type { MemberRecord } from "../../images/model/member-record.ts";
import type { MemberPermit } from "../../images/model/member-store.ts";
import { findAccess, openForChange, Refusal } from "./lock-and-authorize.ts";
import { refuseUnstorable } from "./reject-unstorable.ts";
import { fromSqlTime } from "./sql-time.ts";
import type { Work } from "./statement.ts";
import type { Statements } from "./statements.ts";

/** A row of `image_members`, of a membership that lasts or that ended. */
interface MembershipRow {
  readonly id: number;
  readonly member: string;
  readonly status: string;
  readonly created_at: string;
  readonly updated_at: string | null;
  readonly deleted: SqlBool;
}

/** See {@link MemberStore.findMembers}. */
export function* findMembers(
  sql: Statements,
  key: ImageKey,
): Work<{ access: ImageAccess; members: MemberRecord[] } | undefined> {
  const access = yield* findAccess(sql, key);
  if (access === undefined) return undefined;
  const rows = yield* sql.membersOf.rows({ imageId: access.id });
  const members = new Map<string, MemberRecord>();
  for (const row of rows) {
    if (!members.has(row.member)) members.set(row.member, toRecord(access.id, row));
  }
  return { access, members: [...members.values()] };
}

/** See {@link MemberStore.addMember}. */
export function* addMember(
  sql: Statements,
  key: ImageKey,
  memberId: string,
  quota: number,
  now: string,
  permit: Permit,
): Work<MemberRecord | "is-member" | "no-image" | OverQuota> {
  refuseUnstorable(sql, { memberId });
  const image = yield* openForChange(sql, key, permit);
  if (image === undefined) return "no-image";
  const imageId = image.id;
  // As in Glance the quota comes first, also for a project that is a member already.
  const members = yield* sql.membersOf.rows({ imageId });
  if (members.length >= quota) return { overQuota: members.length + 1 };
  const [row] = yield* sql.membershipsOfProject.rows({ imageId, memberId });
  if (row === undefined) {
    yield* sql.insertMember.run({ imageId, memberId, now });
  } else {
    if (isLive(row)) return "is-member";
    yield* sql.reviveMember.run({ id: row.id, now });
  }
  return {
    imageId,
    memberId,
    status: "pending",
    createdAt: fromSqlTime(row?.created_at ?? now),
    updatedAt: fromSqlTime(now),
  };
}

/** See {@link MemberStore.setMemberStatus}. */
export function* setMemberStatus(
  sql: Statements,
  key: ImageKey,
  memberId: string,
  status: MemberStatus,
  now: string,
  permit: MemberPermit,
): Work<MemberRecord | "no-member" | "no-image"> {
  const found = yield* openMembership(sql, key, memberId, permit);
  if (typeof found === "string") return found;
  const [row] = found.rows;
  const member = toRecord(found.imageId, row);
  if (found.rows.every((one) => !isLive(one) || one.status === status)) return member;
  yield* sql.setMemberStatus.run({ imageId: found.imageId, memberId, status, now });
  return { ...member, status, updatedAt: fromSqlTime(now) };
}

/** See {@link MemberStore.removeMember}. */
export function* removeMember(
  sql: Statements,
  key: ImageKey,
  memberId: string,
  now: string,
  permit: MemberPermit,
): Work<"removed" | "no-member" | "no-image"> {
  const found = yield* openMembership(sql, key, memberId, permit);
  if (typeof found === "string") return found;
  yield* endMembership(sql, found.rows, now);
  return "removed";
}

/** Ends every membership of an image. */
export function* removeMembers(sql: Statements, imageId: string, now: string): Work<void> {
  const memberships = Map.groupBy(yield* sql.membershipsOf.rows({ imageId }), (row) => row.member);
  for (const [row, ...others] of memberships.values()) {
    if (row !== undefined && isLive(row)) yield* endMembership(sql, [row, ...others], now);
  }
}

/** Finds a membership that lasts, and asks for permission to change it. Its rows come with a live one first. */
function* openMembership(
  sql: Statements,
  key: ImageKey,
  memberId: string,
  permit: MemberPermit,
): Work<{ imageId: string; rows: readonly [MembershipRow, ...MembershipRow[]] } | "no-member" | "no-image"> {
  const image = yield* openForChange(sql, key, permit.image);
  if (image === undefined) return "no-image";
  if (!sql.dialect.holds("image_members.member", memberId)) return "no-member";
  const [row, ...others] = yield* sql.membershipsOfProject.rows({ imageId: image.id, memberId });
  if (row === undefined || !isLive(row)) return "no-member";
  const refused = permit.member(image);
  if (refused !== undefined) throw new Refusal(refused);
  return { imageId: image.id, rows: [row, ...others] };
}

/**
 * Marks the first of a membership's rows as deleted and drops the others, of which only a careless writer
 * leaves any: Glance's schema has no room for two that ended at one time.
 */
function* endMembership(
  sql: Statements,
  [row, ...others]: readonly [MembershipRow, ...MembershipRow[]],
  now: string,
): Work<void> {
  for (const { id } of others) yield* sql.dropMembershipRow.run({ id });
  yield* sql.endMembership.run({ id: row.id, now });
}

function isLive(row: MembershipRow): boolean {
  return !row.deleted;
}

function toRecord(imageId: string, row: MembershipRow): MemberRecord {
  return {
    imageId,
    memberId: row.member,
    // A status that nobody knows promises nothing.
    status: MEMBER_STATUSES.find((known) => known === row.status) ?? "pending",
    createdAt: fromSqlTime(row.created_at),
    updatedAt: fromSqlTime(row.updated_at ?? row.created_at),
  };
}
