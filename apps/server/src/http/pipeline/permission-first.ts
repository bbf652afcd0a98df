import type { NextFunction, Request, Response } from "express";
import type { Caller } from "../../identity/caller.ts";
import { requireMayCreate } from "../../images/create-image.ts";
import { requireMayList } from "../../images/list-images.ts";
import { requireMayAddMember, requireMaySetStatus } from "../../images/members/change-members.ts";
import { requireMayMoveTags } from "../../images/tags/move-tag.ts";
import { requirePermission } from "../../images/access/require-permission.ts";
import { requireMayChangeTagRules } from "../../images/tag-rules/change-tag-rules.ts";
import type { ImageRecords } from "../../images/image-service.ts";
import type { RuleName } from "../../policy/served-rules.ts";
import { callerOf } from "./request-context.ts";

/** Reads the body of a request only for callers who may change the image that it names, as far as the rules say. */
export function permissionFirst(service: ImageRecords, rules: RuleName | readonly RuleName[]) {
  return beforeBody((caller, imageId) => requirePermission(service, caller, imageId, rules));
}

/** Reads the body of a request for a new member only for callers who may share the image. */
export function mayAddMember(service: ImageRecords) {
  return beforeBody((caller, imageId) => requireMayAddMember(service, caller, imageId));
}

/** Reads the body of a request for a member's status only for callers who may set it. */
export function maySetStatus(service: ImageRecords) {
  return beforeBody((caller, imageId, memberId) => requireMaySetStatus(service, caller, imageId, memberId));
}

/** Reads the body of a request for a new image only for callers who may make one. */
export function mayCreate(service: ImageRecords) {
  return beforeBody((caller) => requireMayCreate(service, caller));
}

/** Reads the body of a request about many images only for callers who may list any. */
export function mayList(service: ImageRecords) {
  return beforeBody((caller) => requireMayList(service, caller));
}

/** Reads the body of a request for a new rule about tags only for callers who may make one. */
export function mayChangeTagRules(service: ImageRecords) {
  return beforeBody((caller) => requireMayChangeTagRules(service, caller));
}

/** Reads the body of a move only for callers who may change tags of any image at all. */
export function mayMoveTags(service: ImageRecords) {
  return beforeBody((caller) => requireMayMoveTags(service, caller));
}

/** Asks a question that costs less than the body does. A request passes unless the question throws. */
function beforeBody(ask: (caller: Caller, imageId: string, memberId: string) => Promise<void> | void) {
  return async (
    request: Pick<Request, keyof Request>,
    _response: Response,
    next: NextFunction,
  ): Promise<void> => {
    const { image_id, member_id } = request.params;
    await ask(callerOf(request), String(image_id), String(member_id));
    next();
  };
}
