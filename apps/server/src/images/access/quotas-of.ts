import type { Caller } from "../../identity/caller.ts";
import type { ImageRecords } from "../image-service.ts";
import type { Quotas } from "../model/quotas.ts";

/**
 * The quotas of a caller: that of tags is their project's, where somebody keeps one. `mayAsk` rejects with what the caller is
 * refused with by the rules: nobody is asked for who may not do it anyway. It is left out where that was asked before.
 */
export async function quotasOf(
  { quotas, tagLimits }: Pick<ImageRecords, "quotas" | "tagLimits">,
  { projectId }: Caller,
  mayAsk?: () => Promise<void>,
): Promise<Quotas> {
  if (tagLimits === undefined || projectId === null) return quotas;
  if (!tagLimits.isKnown(projectId)) await mayAsk?.();
  const tags = await tagLimits.of(projectId);
  return tags === undefined ? quotas : { ...quotas, tags };
}
