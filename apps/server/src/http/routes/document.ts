import type { TagProfile } from "@imagetags/contract";
import { openApiDocument } from "@imagetags/contract/openapi";
import type { RequestHandler } from "express";
import { entityTag } from "../wire/entity-tag.ts";
import { matchesIfNoneMatch } from "../wire/preconditions.ts";

/**
 * Answers with the contract as OpenAPI. Anybody may ask, so the document is made once, at the first request,
 * and all replies share its bytes.
 */
export function documentRoute(profile: TagProfile): RequestHandler {
  let made: { readonly bytes: Buffer; readonly tag: string } | undefined;
  return (request, response) => {
    made ??= madeOf(openApiDocument(profile));
    response.setHeader("ETag", made.tag);
    if (matchesIfNoneMatch(made.tag, request.headers["if-none-match"])) {
      response.status(304).end();
      return;
    }
    response.setHeader("Content-Type", "application/json");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Content-Length", made.bytes.length);
    response.status(200).end(made.bytes);
  };
}

function madeOf(document: unknown): { readonly bytes: Buffer; readonly tag: string } {
  return { bytes: Buffer.from(JSON.stringify(document)), tag: entityTag(document) };
}
