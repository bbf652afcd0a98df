import { PATCH_MEDIA_TYPES } from "@imagetags/contract";
import type { NextFunction, Request, Response } from "express";
import { BadRequest, unsupportedMediaType } from "../bad-request.ts";
import type { PatchDraft } from "./image-changes.ts";
import { jsonBody } from "./json-body.ts";

const [V2_1, V2_0] = PATCH_MEDIA_TYPES;

/** Refuses a patch of another media type. */
export function patchType(request: Pick<Request, "headers">, _response: Response, next: NextFunction): void {
  draftOf(request.headers["content-type"]);
  next();
}

/** Reads a JSON patch of either media type, and brings the older one's operations to the newer form. */
export function patchBody(
  request: Pick<Request, keyof Request>,
  response: Response,
  next: NextFunction,
): void {
  const draft = draftOf(request.headers["content-type"]);
  jsonBody(request, response, (error?: unknown) => {
    if (error !== undefined || draft !== "v2.0") {
      next(error);
      return;
    }
    try {
      request.body = toNewForm(request.body);
    } catch (problem) {
      next(problem);
      return;
    }
    next();
  });
}

/** The draft that a media type stands for. */
export function draftOf(contentType: string | undefined): PatchDraft {
  const type = contentType?.split(";")[0]?.trim().toLowerCase();
  if (type === V2_1) return "v2.1";
  if (type === V2_0) return "v2.0";
  throw unsupportedMediaType(PATCH_MEDIA_TYPES);
}

/** `{"replace":"/tags","value":[]}` as `{"op":"replace","path":"/tags","value":[]}`; what is no object as it is. */
function toNewForm(body: unknown): unknown {
  if (!isList(body)) return body;
  return body.map((operation) => {
    if (typeof operation !== "object" || operation === null) return operation;
    const members: Readonly<Record<string, unknown>> = { ...operation };
    const ops = Object.entries(members).filter(([name]) => ["add", "replace", "remove"].includes(name));
    const [only, ...others] = ops;
    if (only === undefined || others.length > 0) {
      throw new BadRequest(
        "invalid-body",
        'Operation objects must contain exactly one member named "add", "remove", or "replace".',
      );
    }
    return { op: only[0], path: only[1], ...("value" in members ? { value: members["value"] } : {}) };
  });
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}
