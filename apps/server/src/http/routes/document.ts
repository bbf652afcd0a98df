import { gzipSync } from "node:zlib";
import type { TagProfile } from "@imagetags/contract";
import { openApiDocument } from "@imagetags/contract/openapi";
import type { RequestHandler } from "express";
import { acceptsGzip } from "../express/accepts-gzip.ts";
import { entityTag } from "../wire/entity-tag.ts";
import { markGzipped } from "../wire/send.ts";
import { matchIfNoneMatch } from "../wire/preconditions.ts";

/**
 * Answers with the contract as OpenAPI. Anybody may ask, so the document is made once, at the first request,
 * and all replies share its bytes.
 */
export function documentRoute(profile: TagProfile): RequestHandler {
  let made: Made | undefined;
  return (request, response) => {
    made ??= madeOf(openApiDocument(profile));
    const known = matchIfNoneMatch(made.tag, request.headers["if-none-match"]);
    response.setHeader("ETag", known ?? made.tag);
    response.vary("Accept-Encoding");
    if (known !== undefined) {
      response.status(304).end();
      return;
    }
    response.setHeader("Content-Type", "application/json");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.status(200);
    if (acceptsGzip(request)) {
      markGzipped(response, made.zipped.length);
      response.end(made.zipped);
      return;
    }
    response.setHeader("Content-Length", made.bytes.length);
    response.end(made.bytes);
  };
}

interface Made {
  readonly bytes: Buffer;
  readonly zipped: Buffer;
  readonly tag: string;
}

function madeOf(document: unknown): Made {
  const bytes = Buffer.from(JSON.stringify(document));
  return { bytes, zipped: gzipSync(bytes), tag: entityTag(document) };
}
