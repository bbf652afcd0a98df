import type { Contract, TagProfile } from "@imagetags/contract";
import { RequestValidationError } from "@ts-rest/express";
import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { BadRequest } from "../http/bad-request.ts";
import { errorReply } from "../http/errors.ts";
import { actorOf, callerOf } from "../http/pipeline/request-context.ts";
import { imageEntityTag } from "../http/wire/entity-tag.ts";
import { toChanges } from "../http/wire/image-changes.ts";
import { toImageView } from "../http/wire/image-view.ts";
import { wholeBody } from "../http/wire/json-body.ts";
import { draftOf } from "../http/wire/patch-body.ts";
import { imageCondition } from "../http/wire/preconditions.ts";
import { sendError, sendJson } from "../http/wire/send.ts";
import type { ImageRecords } from "../images/image-service.ts";
import type { ImageRecord } from "../images/model/image-record.ts";
import { rehearseUpdate, updateImage, type ImageChange } from "../images/update-image.ts";
import { askGlance, GlanceUnavailable, type GlanceReply } from "./ask-glance.ts";
import { endToEnd } from "./end-to-end-headers.ts";
import type { GlanceServers } from "./glance-servers.ts";
import { glanceViews } from "./glance-views.ts";
import { GLANCE_UNAVAILABLE } from "./glance-unavailable.ts";
import { passOn } from "./passage.ts";
import { headersWithBody, withoutBodyHeaders } from "./request-headers.ts";
import { splitPatch } from "./split-patch.ts";

/** What answers patches in front of Glance. */
interface PatchParts {
  readonly glance: GlanceServers;
  readonly service: ImageRecords;
  readonly profile: TagProfile;
  readonly contract: Contract["images"]["update"];
}

/**
 * Answers a patch of an image. Its operations on tags are done here, and all others by Glance. A patch without
 * tags is passed on as it came. Of a patch with both, the change of the tags is rehearsed first. Then Glance does its
 * part, and then the tags are changed.
 */
export function patchInFront({ glance, service, profile, contract }: PatchParts): RequestHandler {
  return async (request, response) => {
    const draft = draftOf(onlyContentType(request));
    const body = await wholeBody(request, response);
    const { tags, others } = splitPatch(body, draft);
    if (tags.length === 0) {
      const identify = (id: string): void => void (request.requestId = id);
      passOn({ glance, request, response, path: request.originalUrl, body, identify });
      return;
    }
    const { data, error } = contract.body.safeParse(tags);
    if (data === undefined) throw new RequestValidationError(null, null, null, error);
    const changes = toChanges(data, draft, profile);
    if (others === undefined) {
      await patchTags(service, changes, request, response);
      return;
    }
    try {
      await patchBoth({ glance, service }, { changes, others }, request, response);
    } catch (unavailable) {
      if (!(unavailable instanceof GlanceUnavailable)) throw unavailable;
      sendError(response, GLANCE_UNAVAILABLE);
    }
  };
}

async function patchTags(
  service: ImageRecords,
  changes: readonly ImageChange[],
  request: Request,
  response: Response,
): Promise<void> {
  const precondition = imageCondition(request.headers);
  const image = await updateImage(service, actorOf(request), imageIdOf(request), changes, precondition);
  response.setHeader("ETag", imageEntityTag(toImageView(image)));
  const [view] = await glanceViews(service, callerOf(request), [image]);
  sendJson(response, 200, view);
}

async function patchBoth(
  { glance, service }: Pick<PatchParts, "glance" | "service">,
  { changes, others }: { readonly changes: readonly ImageChange[]; readonly others: Buffer },
  request: Request,
  response: Response,
): Promise<void> {
  if (request.headers["if-match"] !== undefined) {
    const message =
      "If-Match holds for tags alone in front of Glance, which does not know it: patch them alone.";
    sendError(response, errorReply("not-implemented", message));
    return;
  }
  const actor = actorOf(request);
  const imageId = imageIdOf(request);
  await rehearseUpdate(service, actor, imageId, changes);
  const head = { method: "PATCH", path: request.originalUrl, headers: headersWithBody(request, others) };
  const reply = await askGlance(glance, head, others);
  if (reply.requestId !== undefined) request.requestId = reply.requestId;
  if (reply.status < 200 || reply.status > 299) {
    sendReply(response, reply, reply.body);
    return;
  }
  const image = await updateImage(service, actor, imageId, changes);
  sendReply(response, reply, withTags(reply.body, image));
}

/** Glance's document of an image, with its present tags. */
function withTags(body: Buffer, image: ImageRecord): Buffer {
  const { tags, updated_at } = toImageView(image);
  const told = imageDocument.safeParse(parsed(body));
  return Buffer.from(JSON.stringify(told.success ? { ...told.data, tags, updated_at } : toImageView(image)));
}

const imageDocument = z.looseObject({ id: z.string() });

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function sendReply(response: Response, reply: GlanceReply, body: Buffer): void {
  const closes = response.getHeader("Connection") === "close";
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  const headers = [
    ...withoutBodyHeaders(endToEnd(reply.rawHeaders)),
    "Content-Length",
    String(body.length),
    ...(closes ? ["Connection", "close"] : []),
  ];
  response.writeHead(reply.status, headers);
  response.end(body);
}

function imageIdOf(request: Request): string {
  return String(request.params["image_id"]);
}

/** Nobody knows by which of two headers Glance reads the body. */
function onlyContentType({ headers, rawHeaders }: Request): string | undefined {
  const names = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "content-type");
  if (names.length > 1)
    throw new BadRequest("malformed-request", "The request has more than one Content-Type.");
  return headers["content-type"];
}
