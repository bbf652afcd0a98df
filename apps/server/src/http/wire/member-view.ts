import type { ServedMember } from "@imagetags/contract";
import type { MemberRecord } from "../../images/model/member-record.ts";
import { toWireTime } from "./wire-time.ts";

export function toMemberView(member: MemberRecord): ServedMember {
  return {
    member_id: member.memberId,
    image_id: member.imageId,
    status: member.status,
    created_at: toWireTime(member.createdAt),
    updated_at: toWireTime(member.updatedAt),
    schema: "/v2/schemas/member",
  };
}
