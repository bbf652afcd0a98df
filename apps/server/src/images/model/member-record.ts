import type { MemberStatus } from "@imagetags/contract";

/** A project that an image is shared with. */
export interface MemberRecord {
  readonly imageId: string;
  /** The id of the project. */
  readonly memberId: string;
  readonly status: MemberStatus;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
