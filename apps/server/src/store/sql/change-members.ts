import { MEMBER_STATUSES, type MemberStatus } from "@imagetags/contract";
import type { SqlBool } from "kysely";
import type { ImageAccess } from "../../images/model/image-record.ts";
import type { ImageKey, OverQuota, Permit } from "../../images/model/image-store.ts";
import type { MemberRecord } from "../../images/model/member-record.ts";
import type { MemberPermit } from "../../images/model/member-store.ts";
import { findAccess, lockAndAuthorize, Refusal } from "./lock-and-authorize.ts";
import { rejectUnstorable } from "./reject-unstorable.ts";
import { fromSqlTime } from "./sql-time.ts";
import type { Steps } from "./statement.ts";
import type { Tx } from "./tx.ts";

/** A row of `image_members`, live or deleted. */
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
  tx: Tx,
  key: ImageKey,
): Steps<{ access: ImageAccess; members: MemberRecord[] } | undefined> {
  const access = yield* findAccess(tx, key);
  if (access === undefined) return undefined;
  const rows = yield* tx.sql.membersOf.rows({ imageId: access.id });
  const members = new Map<string, MemberRecord>();
  for (const row of rows) {
    if (!members.has(row.member)) members.set(row.member, toRecord(access.id, row));
  }
  return { access, members: [...members.values()] };
}

/** See {@link MemberStore.addMember}. */
export function* addMember(
  tx: Tx,
  key: ImageKey,
  memberId: string,
  quota: number,
  permit: Permit,
): Steps<MemberRecord | "is-member" | "no-image" | OverQuota> {
  rejectUnstorable(tx.sql.dialect, { memberId });
  const image = yield* lockAndAuthorize(tx, key, permit);
  if (image === undefined) return "no-image";
  const imageId = image.id;
  // Glance checks the quota first, also for a project that is a member already.
  const members = yield* tx.sql.membersOf.rows({ imageId });
  if (members.length >= quota) return { overQuota: members.length + 1 };
  const [row] = yield* tx.sql.membershipsOfProject.rows({ imageId, memberId });
  if (row === undefined) {
    yield* tx.sql.insertMember.run({ imageId, memberId, now: tx.now });
  } else {
    if (isLive(row)) return "is-member";
    yield* tx.sql.reviveMember.run({ id: row.id, now: tx.now });
  }
  return {
    imageId,
    memberId,
    status: "pending",
    createdAt: fromSqlTime(row?.created_at ?? tx.now),
    updatedAt: fromSqlTime(tx.now),
  };
}

/** See {@link MemberStore.setMemberStatus}. */
export function* setMemberStatus(
  tx: Tx,
  key: ImageKey,
  memberId: string,
  status: MemberStatus,
  permit: MemberPermit,
): Steps<MemberRecord | "no-member" | "no-image"> {
  const found = yield* openMembership(tx, key, memberId, permit);
  if (typeof found === "string") return found;
  const [row] = found.rows;
  const member = toRecord(found.imageId, row);
  if (found.rows.every((one) => !isLive(one) || one.status === status)) return member;
  yield* tx.sql.setMemberStatus.run({ imageId: found.imageId, memberId, status, now: tx.now });
  return { ...member, status, updatedAt: fromSqlTime(tx.now) };
}

/** See {@link MemberStore.removeMember}. */
export function* removeMember(
  tx: Tx,
  key: ImageKey,
  memberId: string,
  permit: MemberPermit,
): Steps<"removed" | "no-member" | "no-image"> {
  const found = yield* openMembership(tx, key, memberId, permit);
  if (typeof found === "string") return found;
  yield* endMembership(tx, found.rows);
  return "removed";
}

/** Ends every membership of an image. */
export function* removeMembers(tx: Tx, imageId: string): Steps<void> {
  const memberships = Map.groupBy(yield* tx.sql.membershipsOf.rows({ imageId }), (row) => row.member);
  for (const [row, ...others] of memberships.values()) {
    if (row !== undefined && isLive(row)) yield* endMembership(tx, [row, ...others]);
  }
}

/** Finds a live membership, and asks for permission to change it. Its live row comes first. */
function* openMembership(
  tx: Tx,
  key: ImageKey,
  memberId: string,
  permit: MemberPermit,
): Steps<{ imageId: string; rows: readonly [MembershipRow, ...MembershipRow[]] } | "no-member" | "no-image"> {
  const image = yield* lockAndAuthorize(tx, key, permit.image);
  if (image === undefined) return "no-image";
  if (!tx.sql.dialect.canStore("image_members.member", memberId)) return "no-member";
  const [row, ...others] = yield* tx.sql.membershipsOfProject.rows({ imageId: image.id, memberId });
  if (row === undefined || !isLive(row)) return "no-member";
  const refused = permit.member(image);
  if (refused !== undefined) throw new Refusal(refused);
  return { imageId: image.id, rows: [row, ...others] };
}

/**
 * Marks the first of a membership's rows as deleted, and drops the others. Only careless writers leave others,
 * and Glance's schema has no room for two that ended at one time.
 */
function* endMembership(tx: Tx, [row, ...others]: readonly [MembershipRow, ...MembershipRow[]]): Steps<void> {
  for (const { id } of others) yield* tx.sql.dropMembershipRow.run({ id });
  yield* tx.sql.endMembership.run({ id: row.id, now: tx.now });
}

function isLive(row: MembershipRow): boolean {
  return !row.deleted;
}

function toRecord(imageId: string, row: MembershipRow): MemberRecord {
  return {
    imageId,
    memberId: row.member,
    // An unknown status promises nothing.
    status: MEMBER_STATUSES.find((known) => known === row.status) ?? "pending",
    createdAt: fromSqlTime(row.created_at),
    updatedAt: fromSqlTime(row.updated_at ?? row.created_at),
  };
}
