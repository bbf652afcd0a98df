import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { TagProfile } from "@imagetags/contract";
import type { Logger } from "pino";
import { BadRequest } from "../http/bad-request.ts";
import { errorReply, replyTo } from "../http/errors.ts";
import { FaultLog } from "../http/fault-log.ts";
import type { AccessLog } from "../http/pipeline/access-log.ts";
import { pathOf } from "../http/wire/canonical-url.ts";
import { checkMessage } from "../http/pipeline/check-message.ts";
import { splitTarget } from "../http/pipeline/origin-form.ts";
import { REQUEST_ID_HEADER, requestIdFor } from "../http/pipeline/request-id.ts";
import type { BaseUrl } from "../http/wire/base-url.ts";
import { sendError } from "../http/wire/send.ts";
import { discoveryLinks } from "./discovery-links.ts";
import type { GlanceServers } from "./glance-servers.ts";
import { isOwn } from "./own-paths.ts";
import { overriddenMethod } from "./overridden-method.ts";
import { passOn } from "./passage.ts";
import { hasBeenHere } from "./request-headers.ts";
import { tagListTarget } from "./tag-list-target.ts";

/** What standing in front of Glance takes. */
interface FrontParts {
  readonly glance: GlanceServers;
  readonly tagProfile: TagProfile;
  /** Tells the URL by which a caller reaches the server. */
  readonly baseUrl: BaseUrl;
  /** Whether that is none which Glance could make of the request's Host. */
  readonly isOtherThanHost: boolean;
  readonly accessLog: AccessLog | undefined;
  readonly log: Pick<Logger, "error">;
}

/**
 * Stands in front of Glance. A request that may concern tags goes to `own`, and is answered there. Every other
 * goes on to Glance as it came. `own` passes nothing on but patches that it has read.
 */
export function inFrontOfGlance(own: RequestListener, parts: FrontParts): RequestListener {
  const faults = new FaultLog(parts.log);
  return (request, response) => {
    const { originForm, authority } = splitTarget(request.url ?? "");
    const override = overriddenMethod(originForm, request.headers);
    if (override === undefined) {
      const { method = "", url = "", headers } = request;
      const list = tagListTarget(method, originForm, headers.accept);
      if (list !== undefined && list !== originForm) request.url = url.replace(originForm, () => list);
      if (list !== undefined || isOwn(method, originForm)) {
        own(request, response);
        return;
      }
    }
    const exchange = noted(request, response, pathOf(originForm), parts.accessLog);
    try {
      checkMessage(request);
      if (override !== undefined) throw methodOverride(override);
      if (hasBeenHere(request)) {
        refuse(response, exchange.requestId, LOOP);
        return;
      }
      if (authority !== undefined && request.headers.host !== undefined) request.headers.host = authority;
      passOn({
        glance: parts.glance,
        request,
        response,
        path: originForm,
        identify: (id) => void (exchange.requestId = id),
        rewrite: discoveryLinks(request, originForm, parts.baseUrl, parts.isOtherThanHost),
      });
    } catch (error) {
      const reply = replyTo(error, parts.tagProfile, exchange.requestId);
      faults.note(exchange.requestId, reply);
      refuse(response, exchange.requestId, reply);
    }
  };
}

const LOOP = errorReply("glance-loop", "The URL of Glance that is set here leads back to this server.");

function methodOverride(by: string): BadRequest {
  return new BadRequest("method-override", `The method of a request is its own: ${by} is not taken for it.`);
}

/** The caller who is noted in the log when the reply is over. */
function noted(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  log: AccessLog | undefined,
): { requestId: string } {
  const exchange = { requestId: requestIdFor(request.headers["x-openstack-request-id"]) };
  if (log !== undefined) {
    const arrived = log.arrived(request, path);
    response.once("close", () => log.note(arrived, exchange, response));
  }
  return exchange;
}

function refuse(response: ServerResponse, requestId: string, reply: Parameters<typeof sendError>[1]): void {
  response.setHeader(REQUEST_ID_HEADER, requestId);
  sendError(response, reply);
}
