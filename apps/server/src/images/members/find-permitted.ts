import type { Caller } from "../../identity/caller.ts";
import { keyFor } from "../access/permit.ts";
import type { ImageRecords } from "../image-service.ts";
import { imageNotFound } from "../model/image-error.ts";
import type { ImageAccess } from "../model/image-record.ts";
import type { ImageKey, ImageStore, Permit } from "../model/image-store.ts";
import type { MemberRecord } from "../model/member-record.ts";

/** The members of an image, when the permit lets the caller pass. Throws the refusal, as `told` rewrites it. */
export async function findPermitted(
  { store }: ImageRecords,
  caller: Caller,
  imageId: string,
  permit: Permit,
  told = (refused: Error): Error => refused,
): Promise<{ access: ImageAccess; members: MemberRecord[] }> {
  const key = keyFor(caller, imageId);
  const found = await store.findMembers(key);
  if (found === undefined) throw imageNotFound(imageId);
  const access = permit.needsRecord === true ? await withRecord(store, key, found.access) : found.access;
  const refused = permit(access);
  if (refused !== undefined) throw told(refused);
  return { access, members: found.members };
}

async function withRecord(store: ImageStore, key: ImageKey, access: ImageAccess): Promise<ImageAccess> {
  const found = await store.findImage(key);
  return found === undefined ? access : { ...found.access, record: found.image };
}
