import type { MemberStatus } from "@imagetags/contract";
import type { ImageAccess } from "./image-record.ts";
import type { ImageKey, OverQuota, Permit } from "./permission.ts";
import type { MemberRecord } from "./member-record.ts";

/** Who is asked whether a member may be changed. */
export interface MemberPermit {
  /** Asked when the image is found, before the member is looked for. */
  readonly image: Permit;
  /** Asked when the member is found too. */
  readonly member: Permit;
}

/**
 * Where the members of images are kept, with the guarantees of an {@link ImageStore}. A project is a member of
 * an image once, in however many rows careless writers left it. The image itself is never written.
 */
export interface MemberStore {
  /** The members of an image, oldest first; `undefined` when there is no image or it is deleted. */
  findMembers(key: ImageKey): Promise<{ access: ImageAccess; members: MemberRecord[] } | undefined>;

  /**
   * Makes a project a `pending` member. `overQuota` is the number of members the image would have had,
   * when that is more than `quota`.
   */
  addMember(
    key: ImageKey,
    memberId: string,
    quota: number,
    permit: Permit,
  ): Promise<MemberRecord | "is-member" | "no-image" | OverQuota>;

  /** Sets the status of a member. Nothing is written where it has that status already. */
  setMemberStatus(
    key: ImageKey,
    memberId: string,
    status: MemberStatus,
    permit: MemberPermit,
  ): Promise<MemberRecord | "no-member" | "no-image">;

  /** Ends a membership. */
  removeMember(
    key: ImageKey,
    memberId: string,
    permit: MemberPermit,
  ): Promise<"removed" | "no-member" | "no-image">;
}
