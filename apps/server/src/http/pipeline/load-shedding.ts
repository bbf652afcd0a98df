import type { RequestListener } from "node:http";
import type { AccessLog } from "./access-log.ts";
import { pathOf } from "../wire/canonical-url.ts";
import { endRefusal, isBodyDue } from "../wire/end-reply.ts";
import { HEALTH_PATHS } from "../wire/health-paths.ts";
import { OVERLOADED } from "../errors.ts";
import { REQUEST_ID_HEADER, requestIdFor } from "./request-id.ts";
import { observer } from "../../observer.ts";

/** The methods that change nothing (RFC 9110, section 9.2.1). They need not wait for those that do. */
const SAFE: ReadonlySet<string | undefined> = new Set(["GET", "HEAD", "OPTIONS"]);

const BODY = Buffer.from(JSON.stringify(OVERLOADED.body));
const HEADERS = Object.entries({
  ...OVERLOADED.headers,
  "Content-Type": "application/json",
  "Content-Length": String(BODY.length),
}).flat();

/**
 * Refuses changes at once while too many wait for the database. It stands before the application, since the
 * cost of a refusal is taken from what can be served.
 */
export function loadShedding(
  application: RequestListener,
  overloaded: () => boolean,
  log: AccessLog | undefined,
): RequestListener {
  return (request, response) => {
    const { method = "", url = "" } = request;
    if (SAFE.has(method) || !overloaded() || HEALTH_PATHS.has(pathOf(url))) {
      application(request, response);
      return;
    }
    observer?.shed("changes");
    const arrived = log?.arrived(request, pathOf(url));
    const requestId = requestIdFor(request.headers["x-openstack-request-id"]);
    if (isBodyDue(request)) response.setHeader("Connection", "close");
    response.writeHead(OVERLOADED.status, [REQUEST_ID_HEADER, requestId, ...HEADERS]);
    if (log !== undefined && arrived !== undefined) {
      response.on("close", () => log.note(arrived, { requestId }, response));
    }
    endRefusal(request, response, BODY);
  };
}
