import { randomUUID } from "node:crypto";
import type { Request, RequestHandler } from "express";
import type { LineSink } from "./access-log.ts";
import type { CallerAddress } from "./caller-address.ts";
import { pathOf } from "../wire/canonical-url.ts";

/** How changes are told of: in the fields of the log, or as events of CADF. */
export type AuditForm = "log" | "cadf";

/** A change that somebody asked for, and what became of it. */
interface Change {
  readonly at: Date;
  readonly request: string;
  readonly action: "create" | "update" | "delete";
  /** `undefined`: the caller left before there was an answer, and it may have been done. */
  readonly status: number | undefined;
  readonly outcome: "success" | "failure" | "unknown";
  readonly user: string;
  readonly project: string | null;
  readonly address: string | undefined;
  readonly path: string;
  readonly image: string | undefined;
  readonly tag: string | undefined;
}

const ACTIONS: Readonly<Record<string, Change["action"]>> = {
  POST: "create",
  PUT: "update",
  PATCH: "update",
  DELETE: "delete",
};

const IMAGE = /^\/v2\/images\/([^/]+)(?:\/tags\/([^/]+)$)?/;

/**
 * Writes a line for each change that somebody asked for whose token is valid, granted or not, when it is answered. Nothing of a
 * token, a header or a body is in it. Source of the form: DMTF DSP0262, "Cloud Auditing Data Federation".
 */
export function audit(form: AuditForm, sink: LineSink, addressOf: CallerAddress): RequestHandler {
  return (request, response, next) => {
    const action = ACTIONS[request.method];
    if (action === undefined) {
      next();
      return;
    }
    // A connection that has ended tells no address, and routes see other addresses than the whole.
    const address = addressOf(request);
    const path = pathOf(request.url);
    response.once("close", () => {
      const change = changeOf(request, {
        action,
        address,
        path,
        status: response.headersSent ? response.statusCode : undefined,
      });
      if (change !== undefined)
        sink.write(`${JSON.stringify(form === "cadf" ? asCadf(change) : asLine(change))}\n`);
    });
    next();
  };
}

function changeOf(
  { caller, requestId }: Request,
  seen: Pick<Change, "action" | "address" | "path" | "status">,
): Change | undefined {
  if (caller === undefined) return undefined;
  const [, image, tag] = IMAGE.exec(seen.path) ?? [];
  const isTag = tag !== undefined;
  return {
    ...seen,
    action: isTag && seen.action === "update" ? "create" : seen.action,
    at: new Date(),
    request: requestId,
    outcome: seen.status === undefined ? "unknown" : seen.status < 400 ? "success" : "failure",
    user: caller.userId,
    project: caller.projectId,
    image: image === undefined ? undefined : decoded(image),
    tag: isTag ? decoded(tag) : undefined,
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function asLine({ at, request, user, project, address, path, ...change }: Change) {
  const { action, outcome, status, image, tag } = change;
  const who = { user, project, address };
  return {
    level: "info",
    time: at.toISOString(),
    msg: "audit",
    request,
    ...who,
    audit: { action, outcome, status, target: path, image, tag },
  };
}

function asCadf(change: Change) {
  const { at, request, action, outcome, status, user, project, address, path, image, tag } = change;
  return {
    level: "info",
    time: at.toISOString(),
    msg: "audit",
    request,
    user,
    project,
    cadf: {
      typeURI: "http://schemas.dmtf.org/cloud/audit/1.0/event",
      id: randomUUID(),
      eventType: "activity",
      eventTime: at.toISOString().replace("Z", "000+0000"),
      action,
      outcome,
      reason: status === undefined ? undefined : { reasonType: "HTTP", reasonCode: String(status) },
      initiator: {
        typeURI: "service/security/account/user",
        id: user,
        project_id: project,
        host: address === undefined ? undefined : { address },
      },
      target: {
        typeURI: tag === undefined ? "service/image" : "service/image/tag",
        id: image ?? path,
        attachments:
          tag === undefined ? undefined : [{ name: "tag", typeURI: "mime:text/plain", content: tag }],
      },
      observer: { typeURI: "service/image", id: "imagetags", name: "imagetags" },
      requestPath: path,
      tags: [`correlation_id?value=${request}`],
    },
  };
}
