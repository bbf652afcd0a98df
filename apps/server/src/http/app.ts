import { contractFor, type Contract, type TagProfile } from "@imagetags/contract";
import { createExpressEndpoints } from "@ts-rest/express";
import type { ErrorRequestHandler, Express, RequestHandler } from "express";
import type { Logger } from "pino";
import type { AccessLog } from "./pipeline/access-log.ts";
import { allowedMethods, type AllowedMethods } from "./pipeline/allowed-methods.ts";
import { authentication } from "./pipeline/authentication.ts";
import { requestContext } from "./pipeline/request-context.ts";
import type { BaseUrl } from "./wire/base-url.ts";
import { FaultLog } from "./fault-log.ts";
import { replyTo } from "./errors.ts";
import type { BesideApi } from "./beside-api.ts";
import { limitChanges, type ChangeRates } from "./pipeline/change-limits.ts";
import { compose } from "./express/compose.ts";
import { noRoute, options } from "./pipeline/method-not-allowed.ts";
import { expressApp } from "./express/express-app.ts";
import { THROWN_ON } from "./express/thrown-on.ts";
import { healthRoutes, type GlanceCheck } from "./routes/health.ts";
import { imageActionsRoutes } from "./routes/actions.ts";
import { imageMembersRoutes } from "./routes/members.ts";
import { imageDataRoutes } from "./routes/data.ts";
import { cloudTagsRoutes } from "./routes/cloud-tags.ts";
import { imageTagsRoutes } from "./routes/tags.ts";
import { documentRoute } from "./routes/document.ts";
import { imageListRoute, type ShowImages } from "./routes/image-list.ts";
import { imagesRoutes } from "./routes/images.ts";
import { infoRoutes } from "./routes/info.ts";
import { tagActionsRoutes } from "./routes/tag-actions.ts";
import { tagEventsRoutes } from "./routes/tag-events.ts";
import { tagRulesRoutes } from "./routes/tag-rules.ts";
import { schemasRoutes } from "./routes/schemas.ts";
import { versionsRoutes } from "./routes/versions.ts";
import { sendError } from "./wire/send.ts";
import { withoutHeaderChecks } from "./express/unchecked-headers.ts";
import { versionNegotiation } from "./pipeline/version-negotiation.ts";
import type { TokenValidator } from "../identity/caller.ts";
import type { Readiness } from "../health/readiness.ts";
import type { ImageRecords, ImageService } from "../images/image-service.ts";
import type { ImageDataStore } from "../images/model/image-data-store.ts";

/** Who answers what is not about tags: this server with its image data, or Glance but for its patches. */
export type BeyondTags =
  | { readonly kind: "own"; readonly data: ImageDataStore }
  | {
      readonly kind: "glance";
      readonly isThere: GlanceCheck;
      readonly patchImage: (contract: Contract) => RequestHandler;
      /** How Glance shows images. */
      readonly show: ShowImages;
    };

/** What an application is made of. */
export interface AppParts {
  readonly service: ImageRecords;
  /** What answers for the parts of the API that not every server has itself. */
  readonly beyondTags: BeyondTags;
  /** The server's pages. */
  readonly besideApi: BesideApi;
  readonly tokens: TokenValidator;
  readonly readiness: Readiness;
  /** How many changes callers may ask for. */
  readonly changeRates: ChangeRates;
  readonly profile: TagProfile;
  /** The URL that a 401 names as the place where tokens are had. */
  readonly authority: () => string;
  /** Tells the URL by which a caller reaches the server. */
  readonly baseUrl: BaseUrl;
  readonly log: Logger;
  /** Where the line of each request goes. `undefined`: nowhere. */
  readonly accessLog: AccessLog | undefined;
  /** What notes changes. `undefined`: nothing. */
  readonly audit: RequestHandler | undefined;
}

/** The application: what a request meets, in this order. */
export function createApp({
  service,
  beyondTags,
  besideApi,
  tokens,
  readiness,
  changeRates,
  profile,
  authority,
  baseUrl,
  log,
  accessLog,
  audit,
}: AppParts): Express {
  const contract = contractFor(profile);
  const ofApi = allowedMethods(beyondTags.kind === "own" ? contract : besideGlance(contract));
  const allowed: AllowedMethods = (path) => ofApi(path) ?? besideApi.methods(path);
  const changeLimits = limitChanges(changeRates);
  const app = expressApp((request, err) => log.error({ request, err }));

  app.use(
    compose(
      requestContext(accessLog),
      ...(audit === undefined ? [] : [audit]),
      options(allowed),
      versionNegotiation(),
      authentication(tokens, authority),
      ...(changeLimits === undefined ? [] : [changeLimits]),
    ),
  );
  const rules = { service, baseUrl, log };
  if (beyondTags.kind === "own") {
    const whole: ImageService = { ...service, data: beyondTags.data };
    createExpressEndpoints(
      withoutHeaderChecks(contract),
      {
        imageTags: imageTagsRoutes(contract.imageTags, service),
        cloudTags: cloudTagsRoutes(contract.cloudTags, service),
        tagEvents: tagEventsRoutes(contract.tagEvents, service, profile),
        tagActions: tagActionsRoutes(contract.tagActions, service),
        tagRules: tagRulesRoutes(contract.tagRules, rules),
        images: imagesRoutes(contract.images, whole, profile, baseUrl),
        imageData: imageDataRoutes(contract.imageData, whole),
        imageActions: imageActionsRoutes(contract.imageActions, whole),
        imageMembers: imageMembersRoutes(contract.imageMembers, whole),
        schemas: schemasRoutes(contract.schemas),
        info: infoRoutes(contract.info),
        health: healthRoutes(contract.health, readiness),
        versions: versionsRoutes(contract.versions, baseUrl),
      },
      app,
      THROWN_ON,
    );
  } else {
    const { imageTags, cloudTags, tagEvents, tagActions, tagRules, health } = contract;
    const images = { list: contract.images.list };
    createExpressEndpoints(
      withoutHeaderChecks({ imageTags, cloudTags, tagEvents, tagActions, tagRules, images, health }),
      {
        imageTags: imageTagsRoutes(imageTags, service),
        cloudTags: cloudTagsRoutes(cloudTags, service),
        tagEvents: tagEventsRoutes(tagEvents, service, profile),
        tagActions: tagActionsRoutes(tagActions, service),
        tagRules: tagRulesRoutes(tagRules, rules),
        images: imageListRoute(images, service, beyondTags.show),
        health: healthRoutes(health, readiness, beyondTags.isThere),
      },
      app,
      THROWN_ON,
    );
    app.patch("/v2/images/:image_id", beyondTags.patchImage(contract));
  }
  app.get("/openapi.json", documentRoute(profile));
  besideApi.mount(app);
  app.use(noRoute(allowed));
  app.use(lastResort(profile, new FaultLog(log)));
  return app;
}

/** The part of the contract that is answered here in front of Glance. */
function besideGlance(contract: Contract) {
  const { imageTags, cloudTags, tagEvents, tagActions, tagRules, health, images } = contract;
  const { list, update } = images;
  return { imageTags, cloudTags, tagEvents, tagActions, tagRules, health, images: { list, update } };
}

/** Answers whatever was thrown on the way. */
function lastResort(profile: TagProfile, faults: FaultLog): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const reply = replyTo(error, profile, request.requestId);
    faults.note(request.requestId, reply);
    if (response.headersSent) response.destroy();
    else sendError(response, reply);
  };
}
