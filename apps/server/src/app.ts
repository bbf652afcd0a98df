import { contractFor, type TagProfile } from "@imagetags/contract";
import { openApiDocument } from "@imagetags/contract/openapi";
import { createExpressEndpoints } from "@ts-rest/express";
import express, { type ErrorRequestHandler, type Express } from "express";
import type { Logger } from "pino";
import type { AccessLog } from "./http/access-log.ts";
import { allowedMethods } from "./http/allowed-methods.ts";
import { arrival } from "./http/arrival.ts";
import { authentication } from "./http/authentication.ts";
import { baseUrl } from "./http/base-url.ts";
import { replyTo } from "./http/errors.ts";
import { inTurn } from "./http/in-turn.ts";
import { noRoute, options } from "./http/method-not-allowed.ts";
import { parseQuery } from "./http/query-string.ts";
import { healthRoutes } from "./http/routes/health.ts";
import { imageMembersRoutes } from "./http/routes/image-members.ts";
import { imageDataRoutes } from "./http/routes/image-data.ts";
import { imageTagsRoutes } from "./http/routes/image-tags.ts";
import { imagesRoutes } from "./http/routes/images.ts";
import { infoRoutes } from "./http/routes/info.ts";
import { schemasRoutes } from "./http/routes/schemas.ts";
import { versionsRoutes } from "./http/routes/versions.ts";
import { sendData } from "./http/send-data.ts";
import { sendError, sendJson } from "./http/send.ts";
import { withoutHeaderChecks } from "./http/unchecked-headers.ts";
import { versionNegotiation } from "./http/version-negotiation.ts";
import type { TokenValidator } from "./identity/caller.ts";
import type { ImageService } from "./images/image-service.ts";
import { DataStream } from "./store/image-data.ts";

/** What an application is made of. */
export interface AppParts {
  readonly service: ImageService;
  readonly tokens: TokenValidator;
  readonly profile: TagProfile;
  /** The URL that a 401 names as the place where tokens are had. */
  readonly authority: () => string;
  /** The URL by which callers reach the server; `undefined`: the one that each request names. */
  readonly publicUrl: string | undefined;
  readonly log: Logger;
  /** Where a line of each request goes; `undefined`: nowhere. */
  readonly accessLog: AccessLog | undefined;
}

/** The application: what a request meets, in this order. */
export function createApp({
  service,
  tokens,
  profile,
  authority,
  publicUrl,
  log,
  accessLog,
}: AppParts): Express {
  const contract = contractFor(profile);
  const allowed = allowedMethods(contract);
  const base = baseUrl(publicUrl);
  let openApi: unknown;
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("strict routing");
  app.enable("case sensitive routing");
  app.set("query parser", parseQuery);
  app.response.json = function json(body) {
    sendJson(this, this.statusCode, body);
    return this;
  };
  const { send } = app.response;
  app.response.send = function sendBody(body) {
    if (!(body instanceof DataStream)) return send.call(this, body);
    const { requestId } = this.req;
    void sendData(this, body, (err) => log.error({ request: requestId, err }));
    return this;
  };

  app.use(
    inTurn(arrival(accessLog), options(allowed), versionNegotiation(), authentication(tokens, authority)),
  );
  createExpressEndpoints(
    withoutHeaderChecks(contract),
    {
      imageTags: imageTagsRoutes(contract.imageTags, service),
      images: imagesRoutes(contract.images, service, profile, base),
      imageData: imageDataRoutes(contract.imageData, service),
      imageMembers: imageMembersRoutes(contract.imageMembers, service),
      schemas: schemasRoutes(contract.schemas),
      info: infoRoutes(contract.info),
      health: healthRoutes(contract.health, service),
      versions: versionsRoutes(contract.versions, base),
    },
    app,
    { requestValidationErrorHandler: (error, _request, _response, next) => next(error) },
  );
  app.get("/openapi.json", (_, response) => {
    // Made once, when it is first asked for: that takes long, and anybody may ask.
    openApi ??= openApiDocument(profile);
    sendJson(response, 200, openApi);
  });
  app.use(noRoute(allowed));
  app.use(lastResort(profile, log));
  return app;
}

/** Answers whatever was thrown on the way; what is not the caller's doing goes into the log, whole. */
function lastResort(profile: TagProfile, log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const reply = replyTo(error, profile, request.requestId);
    if (reply.unforeseen !== undefined) log.error({ request: request.requestId, err: reply.unforeseen });
    if (response.headersSent) response.destroy();
    else sendError(response, reply);
  };
}
