import type { MemberStatus } from "@imagetags/contract";
import type { Caller } from "../../identity/caller.ts";
import type { Policy } from "../../policy/policy.ts";
import type { ImageAccess } from "../model/image-record.ts";
import type { ImageKey, Permit } from "../model/image-store.ts";
import type { MemberRecord } from "../model/member-record.ts";
import type { MemberPermit } from "../model/member-store.ts";
import { keyFor, needsWholeImage, checkRules } from "../access/permit.ts";
import { ImageError, imageNotFound } from "../model/image-error.ts";
import type { ImageRecords } from "../image-service.ts";
import { findPermitted } from "./find-permitted.ts";
import { isMemberShownTo, memberNotFound, memberPermitFor } from "./member-access.ts";

/** Shares an image with a project, which becomes a `pending` member. */
export async function addMember(
  { store, policy, quotas }: ImageRecords,
  caller: Caller,
  imageId: string,
  memberId: string,
): Promise<MemberRecord> {
  const permit = additionPermit(policy, caller, imageId);
  const outcome = await store.addMember(keyFor(caller, imageId), memberId, quotas.members, permit);
  if (outcome === "no-image") throw imageNotFound(imageId);
  if (outcome === "is-member") {
    throw new ImageError("already-member", `Member ${memberId} is duplicated for image ${imageId}`);
  }
  if ("overQuota" in outcome) throw memberQuotaExceeded(outcome.overQuota, quotas.members, imageId);
  return outcome;
}

/** Sets the status of a member: the member's answer to the offer. The owner may not set it. */
export function setMemberStatus(
  service: ImageRecords,
  caller: Caller,
  imageId: string,
  memberId: string,
  status: MemberStatus,
): Promise<MemberRecord> {
  return changeMember(service.policy, "modify_member", caller, imageId, memberId, (key, permit) =>
    service.store.setMemberStatus(key, memberId, status, permit),
  );
}

/** Ends the sharing of an image with a project. */
export async function removeMember(
  service: ImageRecords,
  caller: Caller,
  imageId: string,
  memberId: string,
): Promise<void> {
  await changeMember(service.policy, "delete_member", caller, imageId, memberId, (key, permit) =>
    service.store.removeMember(key, memberId, permit),
  );
}

/** The rules that guard a change of a member, with Glance's word for each in a refusal. */
const CHANGES = { modify_member: "update", delete_member: "delete" } as const;

async function changeMember<Outcome>(
  policy: Policy,
  rule: keyof typeof CHANGES,
  caller: Caller,
  imageId: string,
  memberId: string,
  change: (key: ImageKey, permit: MemberPermit) => Promise<Outcome | "no-image" | "no-member">,
): Promise<Outcome> {
  const permit = changePermit(policy, rule, caller, imageId, memberId);
  const outcome = await change(keyFor(caller, imageId), permit);
  if (outcome === "no-image") throw imageNotFound(imageId);
  if (outcome === "no-member") throw memberNotFound(imageId, memberId);
  return outcome;
}

/**
 * Throws what an addition of a member would be refused with by the rules. It is asked before work that costs more
 * than the question. The addition asks again, since the image may change meanwhile.
 */
export async function requireMayAddMember(
  service: ImageRecords,
  caller: Caller,
  imageId: string,
): Promise<void> {
  await findPermitted(service, caller, imageId, additionPermit(service.policy, caller, imageId));
}

/** The same for a change of a member's status. The member must be there. */
export async function requireMaySetStatus(
  service: ImageRecords,
  caller: Caller,
  imageId: string,
  memberId: string,
): Promise<void> {
  const permit = changePermit(service.policy, "modify_member", caller, imageId, memberId);
  const { access, members } = await findPermitted(service, caller, imageId, permit.image);
  if (!members.some((one) => one.memberId === memberId)) throw memberNotFound(imageId, memberId);
  const refused = permit.member(access);
  if (refused !== undefined) throw refused;
}

function additionPermit(policy: Policy, caller: Caller, imageId: string): Permit {
  const refused = `Not allowed to create members for image ${imageId}.`;
  return memberPermitFor(policy, ["add_member"], caller, imageId, refused);
}

/** Callers must see a member to change it. Whether they may is asked only of a member that is there. */
function changePermit(
  policy: Policy,
  rule: keyof typeof CHANGES,
  caller: Caller,
  imageId: string,
  memberId: string,
): MemberPermit {
  const refused = `Not allowed to ${CHANGES[rule]} members for image ${imageId}.`;
  const maySee = memberPermitFor(policy, ["get_member"], caller, imageId, refused);
  const image = (access: ImageAccess): Error | undefined =>
    maySee(access) ??
    (isMemberShownTo(policy, caller, access, memberId) ? undefined : memberNotFound(imageId, memberId));
  return {
    image: Object.assign(image, { needsRecord: needsWholeImage(policy, ["get_member", rule]) }),
    member: (access) => checkRules(policy, [rule], caller, access),
  };
}

function memberQuotaExceeded(attempted: number, quota: number, imageId: string): ImageError {
  return new ImageError(
    "member-quota-exceeded",
    `Image member limit exceeded for image ${imageId}: The limit has been exceeded on the number of ` +
      `allowed image members for this image. Attempted: ${attempted}, Maximum: ${quota}`,
  );
}
