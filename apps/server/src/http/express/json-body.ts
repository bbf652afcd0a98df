import express, { type NextFunction, type Request, type Response } from "express";

/** Reads any body as JSON: OpenStack's clients do not agree on a `Content-Type`. */
const read = express.json({ limit: "1mb", strict: false, type: () => true, reviver: refusePrototype });

/** A member of this name would be lost without a word on its way through plain objects. */
function refusePrototype(name: string, value: unknown): unknown {
  if (name === "__proto__") throw new SyntaxError("the name __proto__ is not allowed");
  return value;
}

/** Gives a route its JSON body; routes without it never look at theirs. */
export function jsonBody(
  request: Pick<Request, keyof Request>,
  response: Response,
  next: NextFunction,
): void {
  read(request, response, next);
}
