import { DATA_MEDIA_TYPE, type DataInTransit } from "@imagetags/contract";
import type { NextFunction, Request, Response } from "express";
import { allowLongBody, askForBody } from "./ask-for-body.ts";
import { BadRequest, unsupportedMediaType } from "../bad-request.ts";

/** Gives a route its body as bytes that come as fast as the route takes them. */
export function dataBody(
  request: Pick<Request, keyof Request>,
  response: Response,
  next: NextFunction,
): void {
  const sent = request.headers["content-type"]?.split(";")[0]?.trim();
  if (sent?.toLowerCase() !== DATA_MEDIA_TYPE) {
    throw unsupportedMediaType(
      [DATA_MEDIA_TYPE],
      "Accept",
      sent === undefined
        ? `The request has no media type; it must be ${DATA_MEDIA_TYPE}.`
        : `The request media type ${sent} is not supported by this server.`,
    );
  }
  request.body = chunksOf(request, () => {
    allowLongBody(request);
    askForBody(request, response);
  });
  next();
}

/** `begin` is called when the first chunk is wanted. */
async function* chunksOf(request: Pick<Request, keyof Request>, begin: () => void): DataInTransit {
  try {
    begin();
    // The connection stays open when the reader gives up: the caller is still to be told why.
    const chunks: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
    for await (const chunk of chunks) yield chunk;
  } catch (error) {
    throw new BadRequest("malformed-body", "The data broke off before its end.", { cause: error });
  }
}
