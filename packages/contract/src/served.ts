import type { z } from "zod";
import { notReady, servedNotReady } from "./routes/health.ts";
import { importInfo, servedImportInfo } from "./routes/info.ts";
import { member, memberList, servedMember, servedMemberList } from "./routes/members.ts";
import { servedVersionDocument, versionDocument } from "./routes/versions.ts";
import { errorBody, servedErrorBody } from "./wire/error-body.ts";
import { image, imageList, servedImage, servedImageList } from "./wire/image.ts";

/** Pairs of schemas: the contract's, and the stricter one that this project's server keeps. */
const STRICTER: ReadonlyMap<unknown, z.ZodType> = new Map<unknown, z.ZodType>([
  [errorBody, servedErrorBody],
  [notReady, servedNotReady],
  [image, servedImage],
  [imageList, servedImageList],
  [member, servedMember],
  [memberList, servedMemberList],
  [versionDocument, servedVersionDocument],
  [importInfo, servedImportInfo],
]);

/**
 * What this project's server promises of a reply whose schema in the contract is `schema`: the same, or a stricter one.
 * Whatever fits the stricter one fits the other.
 */
export function servedSchema(schema: z.ZodType): z.ZodType {
  return STRICTER.get(schema) ?? schema;
}
