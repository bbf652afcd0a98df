import type { MemberStatus } from "@imagetags/contract";
import type { ImageAccess } from "./image-record.ts";
import type { ImageKey, OverQuota, Permit } from "./permission.ts";
import type { MemberRecord } from "./member-record.ts";

/** What a change of a member asks for permission. */
export interface MemberPermit {
  /** Asked when the image is found, before the member is looked for. */
  readonly image: Permit;
  /** Asked when the member is found too. */
  readonly member: Permit;
}

/**
 * Where the members of images are kept, with the guarantees of an {@link ImageStore}. A project is a member
 * of an image once, whatever a careless writer left in several rows. The image itself is never written.
 */
export interface MemberStore {
  /** The members of an image, oldest first, or `undefined` when there is no image or it is deleted. */
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

  /** Sets the status of a member; where it has that already, nothing is written. */
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
