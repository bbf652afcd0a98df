import type { Caller } from "../../identity/caller.ts";
import type { RuleName } from "../../policy/served-rules.ts";
import type { ImageRecords } from "../image-service.ts";
import { imageNotFound } from "../model/image-error.ts";
import { keyFor, permitFor } from "./permit.ts";

/**
 * Throws what a change of the image would be refused with by its rules. It is asked before work that costs more
 * than the question. The change asks again, since the image may change meanwhile.
 */
export async function requirePermission(
  { store, policy }: ImageRecords,
  caller: Caller,
  imageId: string,
  rules: RuleName | readonly RuleName[],
): Promise<void> {
  const found = await store.findImage(keyFor(caller, imageId));
  if (found === undefined) throw imageNotFound(imageId);
  const refused = permitFor(policy, rules, caller, imageId)({ ...found.access, record: found.image });
  if (refused !== undefined) throw refused;
}
