import type { ErrorReason } from "./error-reasons.ts";

/**
 * Codes of the Image Management Service that say what one of this project's reasons says, whatever status they come
 * with: most are documented as 400. Source: Image Management Service, "Error Codes".
 */
export const IMS_ERROR_CODES: ReadonlyMap<unknown, ErrorReason> = new Map<unknown, ErrorReason>([
  ["IMG.0001", "malformed-body"],
  ["IMG.0007", "malformed-body"],
  ["IMG.0017", "malformed-path"],
  ["IMG.0026", "forbidden"],
  ["IMG.0027", "no-such-image"],
  ["IMG.0047", "forbidden"],
  ["IMG.0087", "not-authenticated"],
  ["IMG.0115", "invalid-tag"],
  ["IMG.0116", "tag-quota-exceeded"],
  ["IMG.0144", "no-such-image"],
  ["IMG.0161", "forbidden"],
]);
