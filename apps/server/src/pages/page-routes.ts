import type { IncomingMessage } from "node:http";
import type { Request, RequestHandler, Response } from "express";
import { errorReply } from "../http/errors.ts";
import { pathOf } from "../http/wire/canonical-url.ts";
import { matchIfNoneMatch } from "../http/wire/preconditions.ts";
import { sendError } from "../http/wire/send.ts";
import type { PageFile } from "./page-file.ts";
import type { Site } from "./site.ts";

const INDEX = "index.html";
/** What never changes is kept for a year; all else is asked about each time. */
const CACHE_CONTROL = { immutable: "public, max-age=31536000, immutable", other: "no-cache" } as const;

/** Whether this address is the site's, or under it. */
function isOf({ base }: Site, path: string): boolean {
  return path === base || path.startsWith(`${base}/`);
}

/** The methods that an address of the site answers; `undefined` where nothing is. */
export function pageMethods(site: Site, path: string): readonly string[] | undefined {
  const isThere = path === site.base ? site.files !== undefined : fileAt(site, path) !== undefined;
  return isOf(site, path) && isThere ? ["GET", "HEAD"] : undefined;
}

/** Answers with the files of a site. */
export function pageRoutes(site: Site): RequestHandler {
  return async (request, response, next) => {
    const path = pathOf(request.url);
    if (!isOf(site, path)) {
      next();
      return;
    }
    if (site.files === undefined) {
      sendError(response, errorReply("no-such-page", site.absence));
      return;
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      next();
      return;
    }
    if (path === site.base) {
      // Relative, since a proxy may have put something before it.
      response.setHeader("Location", `${site.base.slice(1)}/${request.url.slice(path.length)}`);
      response.setHeader("Cache-Control", CACHE_CONTROL.other);
      response.setHeader("Content-Length", "0");
      response.status(308).end();
      return;
    }
    const file = fileAt(site, path);
    if (file === undefined) next();
    else await send(file, site.headers, request, response);
  };
}

/** The file that an address is. A view has no dot in its last segment, so that a missing file is missing. */
function fileAt({ base, files, hasViews }: Site, path: string): PageFile | undefined {
  if (files === undefined || !path.startsWith(`${base}/`)) return undefined;
  const name = path.slice(base.length + 1);
  if (name === "") return files.get(INDEX);
  const isView = hasViews && !name.startsWith("assets/") && !/\.[^/]*$/.test(name);
  return files.get(name) ?? (isView ? files.get(INDEX) : undefined);
}

async function send(
  file: PageFile,
  headers: Site["headers"],
  request: Request,
  response: Response,
): Promise<void> {
  const coding = file.codingFor((one) => accepts(request, one));
  const { bytes, entityTag } = await file.as(coding);
  const known = matchIfNoneMatch(entityTag, request.headers["if-none-match"]);
  response.setHeader("ETag", entityTag);
  response.setHeader("Cache-Control", file.isImmutable ? CACHE_CONTROL.immutable : CACHE_CONTROL.other);
  response.vary("Accept-Encoding");
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (known !== undefined) {
    response.status(304).end();
    return;
  }
  response.setHeader("Content-Type", file.mediaType);
  response.setHeader("Content-Length", bytes.length);
  if (coding !== "identity") response.setHeader("Content-Encoding", coding);
  response.status(200).end(bytes);
}

/** Who sends no header takes any coding by the letter (RFC 9110, section 12.5.3), and can often read none. */
function accepts(
  request: Pick<IncomingMessage, "headers"> & Pick<Request, "acceptsEncodings">,
  coding: string,
): boolean {
  return (
    request.headers["accept-encoding"] !== undefined &&
    request.acceptsEncodings(coding, "identity") === coding
  );
}
