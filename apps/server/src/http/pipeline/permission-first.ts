import type { NextFunction, Request, Response } from "express";
import { requireMayCreate } from "../../images/create-image.ts";
import { requireMayAddMember, requireMaySetStatus } from "../../images/members/change-members.ts";
import { requirePermission } from "../../images/access/require-permission.ts";
import type { ImageRecords } from "../../images/image-service.ts";
import type { RuleName } from "../../policy/served-rules.ts";
import { callerOf } from "./request-context.ts";

/**
 * Reads the body of a request only for callers who may change the image that it names, as far as the rules say.
 * A body costs more than that question.
 */
export function permissionFirst(service: ImageRecords, rules: RuleName | readonly RuleName[]) {
  return async (
    request: Pick<Request, keyof Request>,
    _response: Response,
    next: NextFunction,
  ): Promise<void> => {
    await requirePermission(service, callerOf(request), String(request.params["image_id"]), rules);
    next();
  };
}

/** Reads the body of a request for a new member only for callers who may share the image. */
export function mayAddMember(service: ImageRecords) {
  return async (
    request: Pick<Request, keyof Request>,
    _response: Response,
    next: NextFunction,
  ): Promise<void> => {
    await requireMayAddMember(service, callerOf(request), String(request.params["image_id"]));
    next();
  };
}

/** Reads the body of a request for a member's status only for callers who may set it. */
export function maySetStatus(service: ImageRecords) {
  return async (
    request: Pick<Request, keyof Request>,
    _response: Response,
    next: NextFunction,
  ): Promise<void> => {
    const { image_id, member_id } = request.params;
    await requireMaySetStatus(service, callerOf(request), String(image_id), String(member_id));
    next();
  };
}

/** Reads the body of a request for a new image only for callers who may make one. */
export function mayCreate(service: ImageRecords) {
  return (request: Pick<Request, keyof Request>, _response: Response, next: NextFunction): void => {
    requireMayCreate(service, callerOf(request));
    next();
  };
}
