import type { NextFunction, Request, Response } from "express";
import getRawBody from "raw-body";
import { BadRequest } from "../bad-request.ts";
import { askForBody } from "./ask-for-body.ts";

/** How many bytes a body has at most. */
const MOST_BYTES = 1024 * 1024;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Reads a body before its route. */
type BodyReader = (request: Pick<Request, keyof Request>, response: Response, next: NextFunction) => void;

/** Gives a route its JSON body, of any `Content-Type`. Routes without this never look at their body. */
export const jsonBody: BodyReader = jsonBodyUpTo(MOST_BYTES);

/** Gives a route its JSON body of at most so many bytes. */
export function jsonBodyUpTo(most: number): BodyReader {
  return (request, response, next) => {
    readBody(request, response, most, (error, bytes) => {
      if (bytes === undefined) {
        next(error);
        return;
      }
      try {
        request.body = parseJson(bytes).value;
      } catch (problem) {
        next(problem);
        return;
      }
      next();
    });
  };
}

/** The body of a request as it came, up to 1 MB. */
export function wholeBody(request: Pick<Request, keyof Request>, response: Response): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    readBody(request, response, MOST_BYTES, (error, bytes) => {
      if (bytes !== undefined) resolve(bytes);
      else
        reject(error instanceof Error ? error : new Error("The body could not be read.", { cause: error }));
    });
  });
}

function readBody(
  request: Pick<Request, keyof Request>,
  response: Response,
  most: number,
  done: (error: unknown, bytes?: Buffer) => void,
): void {
  if (request.destroyed) {
    done(new BadRequest("malformed-body", "The request broke off before its end."));
    return;
  }
  const length = request.headers["content-length"] ?? null;
  if (Number(length) > most) {
    done(new BadRequest("body-too-large", `The request body is larger than ${sizeText(most)}.`));
    return;
  }
  askForBody(request, response);
  getRawBody(request, { limit: most, length }, (error: unknown, bytes) => {
    if (error === null || error === undefined) done(undefined, bytes);
    else done(error);
  });
}

function sizeText(bytes: number): string {
  return bytes === MOST_BYTES ? "1 MB" : `${bytes / 1024} KB`;
}

/** Reads JSON (RFC 8259): UTF-8, whatever the headers say. Throws a {@link BadRequest}. */
export function parseJson(bytes: Buffer): { readonly text: string; readonly value: unknown } {
  if (bytes.length === 0) throw new BadRequest("malformed-body", "The request has no body; it must be JSON.");
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new BadRequest("malformed-body", "Bad request body: it is not well-formed UTF-8.");
  }
  try {
    // A reviver doubles the time, and finds something only where one of these texts stands.
    const mayName = text.includes("__proto__") || text.includes("\\u");
    const value: unknown = JSON.parse(text, mayName ? refusePrototype : undefined);
    return { text, value };
  } catch (error) {
    const told = error instanceof Error ? error.message : "not JSON";
    throw new BadRequest("malformed-body", `Bad request body: ${told}`);
  }
}

/** A member of this name would vanish on its way through plain objects. */
function refusePrototype(name: string, value: unknown): unknown {
  if (name === "__proto__") throw new SyntaxError("the name __proto__ is not allowed");
  return value;
}
