import type { NextFunction, Request, Response } from "express";
import { requireMayCreate } from "../../images/create-image.ts";
import { requirePermission } from "../../images/access/require-permission.ts";
import type { ImageService } from "../../images/image-service.ts";
import type { RuleName } from "../../policy/served-rules.ts";
import { callerOf } from "./request-context.ts";

/**
 * Reads the body of a request only for callers who may change the image that it names, as far as the rules say.
 * A body costs more than that question.
 */
export function permissionFirst(service: ImageService, rules: RuleName | readonly RuleName[]) {
  return async (
    request: Pick<Request, keyof Request>,
    _response: Response,
    next: NextFunction,
  ): Promise<void> => {
    await requirePermission(service, callerOf(request), String(request.params["image_id"]), rules);
    next();
  };
}

/** Reads the body of a request for a new image only for callers who may make one. */
export function mayCreate(service: ImageService) {
  return (request: Pick<Request, keyof Request>, _response: Response, next: NextFunction): void => {
    requireMayCreate(service, callerOf(request));
    next();
  };
}
