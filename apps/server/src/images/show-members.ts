import type { Caller } from "../identity/caller.ts";
import type { ImageAccess } from "../store/image-record.ts";
import type { Permit } from "../store/image-store.ts";
import type { MemberRecord } from "../store/member-record.ts";
import { keyFor } from "./access.ts";
import { ImageError, imageNotFound } from "./image-error.ts";
import type { ImageService } from "./image-service.ts";
import { isMemberShownTo, memberNotFound, memberPermitFor } from "./member-access.ts";

/** Glance's words, here for a 403 and there for a 404. */
const NOT_SHARED = "Only shared images have members.";

/** The members of an image that the caller may see, oldest first. */
export async function listMembers(
  service: ImageService,
  caller: Caller,
  imageId: string,
): Promise<MemberRecord[]> {
  const refused = `Not allowed to list members for image ${imageId}: ${NOT_SHARED}`;
  const permit = memberPermitFor("get_members", caller, imageId, refused);
  const { access, members } = await findPermitted(service, caller, imageId, permit);
  return members.filter(({ memberId }) => isMemberShownTo(caller, access, memberId));
}

/** One member of an image. That one may not see it is told like its absence. */
export async function showMember(
  service: ImageService,
  caller: Caller,
  imageId: string,
  memberId: string,
): Promise<MemberRecord> {
  const permit = memberPermitFor("get_member", caller, imageId, NOT_SHARED);
  const { access, members } = await findPermitted(service, caller, imageId, (image) => {
    const refused = permit(image);
    return refused === undefined ? undefined : new ImageError("member-not-found", refused.message);
  });
  const member = members.find((one) => one.memberId === memberId);
  if (member === undefined || !isMemberShownTo(caller, access, memberId)) {
    throw memberNotFound(imageId, memberId);
  }
  return member;
}

async function findPermitted(
  { store }: ImageService,
  caller: Caller,
  imageId: string,
  permit: Permit,
): Promise<{ access: ImageAccess; members: MemberRecord[] }> {
  const found = await store.findMembers(keyFor(caller, imageId));
  if (found === undefined) throw imageNotFound(imageId);
  const refused = permit(found.access);
  if (refused !== undefined) throw refused;
  return found;
}
