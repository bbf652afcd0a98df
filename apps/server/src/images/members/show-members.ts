import type { Caller } from "../../identity/caller.ts";
import type { MemberRecord } from "../model/member-record.ts";
import { checkRules } from "../access/permit.ts";
import { ImageError } from "../model/image-error.ts";
import type { ImageRecords } from "../image-service.ts";
import { findPermitted } from "./find-permitted.ts";
import { isMemberShownTo, memberNotFound, memberPermitFor } from "./member-access.ts";

/** Glance's message, of a 403 in one place and of a 404 in the other. */
const NOT_SHARED = "Only shared images have members.";

/**
 * The members of an image that the caller may see, oldest first. Callers who may list them but not see one by
 * `get_member` are shown none. Source: Glance, glance/api/v2/image_members.py, `index`.
 */
export async function listMembers(
  service: ImageRecords,
  caller: Caller,
  imageId: string,
): Promise<MemberRecord[]> {
  const { policy } = service;
  const refused = `Not allowed to list members for image ${imageId}: ${NOT_SHARED}`;
  const permit = memberPermitFor(policy, ["get_members", "get_member"], caller, imageId, refused);
  const { access, members } = await findPermitted(service, caller, imageId, permit);
  if (checkRules(policy, ["get_member"], caller, access) !== undefined) return [];
  return members.filter(({ memberId }) => isMemberShownTo(policy, caller, access, memberId));
}

/** One member of an image. A member that the caller may not see is told like one that is absent. */
export async function showMember(
  service: ImageRecords,
  caller: Caller,
  imageId: string,
  memberId: string,
): Promise<MemberRecord> {
  const permit = memberPermitFor(service.policy, ["get_member"], caller, imageId, NOT_SHARED);
  const { access, members } = await findPermitted(service, caller, imageId, permit, (refused) => {
    return new ImageError("no-such-member", refused.message);
  });
  const member = members.find((one) => one.memberId === memberId);
  if (member === undefined || !isMemberShownTo(service.policy, caller, access, memberId)) {
    throw memberNotFound(imageId, memberId);
  }
  return member;
}
