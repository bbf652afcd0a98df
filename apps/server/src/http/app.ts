import { contractFor, type TagProfile } from "@imagetags/contract";
import { createExpressEndpoints } from "@ts-rest/express";
import type { ErrorRequestHandler, Express } from "express";
import type { Logger } from "pino";
import type { AccessLog } from "./pipeline/access-log.ts";
import { allowedMethods } from "./pipeline/allowed-methods.ts";
import { authentication } from "./pipeline/authentication.ts";
import { requestContext } from "./pipeline/request-context.ts";
import { baseUrl } from "./wire/base-url.ts";
import { replyTo } from "./errors.ts";
import { compose } from "./express/compose.ts";
import { noRoute, options } from "./pipeline/method-not-allowed.ts";
import { expressApp } from "./express/express-app.ts";
import { healthRoutes } from "./routes/health.ts";
import { imageActionsRoutes } from "./routes/actions.ts";
import { imageMembersRoutes } from "./routes/members.ts";
import { imageDataRoutes } from "./routes/data.ts";
import { imageTagsRoutes } from "./routes/tags.ts";
import { documentRoute } from "./routes/document.ts";
import { imagesRoutes } from "./routes/images.ts";
import { infoRoutes } from "./routes/info.ts";
import { tagEventsRoutes } from "./routes/tag-events.ts";
import { schemasRoutes } from "./routes/schemas.ts";
import { versionsRoutes } from "./routes/versions.ts";
import { sendError } from "./wire/send.ts";
import { withoutHeaderChecks } from "./express/unchecked-headers.ts";
import { versionNegotiation } from "./pipeline/version-negotiation.ts";
import type { TokenValidator } from "../identity/caller.ts";
import type { ImageService } from "../images/image-service.ts";

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
  const app = expressApp((request, err) => log.error({ request, err }));

  app.use(
    compose(
      requestContext(accessLog),
      options(allowed),
      versionNegotiation(),
      authentication(tokens, authority),
    ),
  );
  createExpressEndpoints(
    withoutHeaderChecks(contract),
    {
      imageTags: imageTagsRoutes(contract.imageTags, service),
      tagEvents: tagEventsRoutes(contract.tagEvents, service),
      images: imagesRoutes(contract.images, service, profile, base),
      imageData: imageDataRoutes(contract.imageData, service),
      imageActions: imageActionsRoutes(contract.imageActions, service),
      imageMembers: imageMembersRoutes(contract.imageMembers, service),
      schemas: schemasRoutes(contract.schemas),
      info: infoRoutes(contract.info),
      health: healthRoutes(contract.health, service),
      versions: versionsRoutes(contract.versions, base),
    },
    app,
    { requestValidationErrorHandler: (error, _request, _response, next) => next(error) },
  );
  app.get("/openapi.json", documentRoute(profile));
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
