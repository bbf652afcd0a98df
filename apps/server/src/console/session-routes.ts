import {
  MAX_TOKEN_LENGTH,
  type ConsoleContract,
  type ConsoleSettings,
  type Session,
} from "@imagetags/contract/console";
import { initServer } from "@ts-rest/express";
import type { NextFunction, Request, Response } from "express";
import type { TokenValidator } from "../identity/caller.ts";
import { errorReply } from "../http/errors.ts";
import type { CallerAddress } from "../http/pipeline/caller-address.ts";
import { jsonBodyUpTo } from "../http/wire/json-body.ts";
import { sendError } from "../http/wire/send.ts";
import { REFUSED, type KeystoneRelay } from "./keystone-relay.ts";
import { refuseCrossSite } from "./same-origin.ts";
import type { SignInLimits } from "./sign-in-limits.ts";

/** A token that Keystone may know: visible ASCII. */
const TOKEN = /^[\x21-\x7e]+$/;
/** The longest body that is taken, in bytes: a token, which is ASCII, with the names around it. */
const MOST_BYTES = 2 * MAX_TOKEN_LENGTH;

/** What the routes of the page are made of. */
export interface SessionParts {
  readonly settings: ConsoleSettings;
  /** `undefined` where callers are known by a tokens file. */
  readonly relay: KeystoneRelay | undefined;
  readonly limits: SignInLimits;
  readonly tokens: TokenValidator;
  readonly addressOf: CallerAddress;
  readonly publicUrl: string | undefined;
  /** The URL that a 401 names as the place where tokens are had. */
  readonly authority: () => string;
}

/** A request, whatever its route. */
type AnyRequest = Pick<Request, keyof Request>;
type Middleware = (request: AnyRequest, response: Response, next: NextFunction) => void;

const s = initServer();

const NO_SIGN_IN = errorReply(
  "no-sign-in",
  "This server knows its callers by a tokens file: there is no Keystone to sign in at.",
);

/** The routes of the contract of the page. */
export function sessionRoutes(contract: ConsoleContract, parts: SessionParts) {
  const { settings, relay, limits, addressOf } = parts;
  const guard = guardOf(parts);
  const refuse = <Reason extends "credentials-refused" | "not-authenticated">(
    response: Response,
    reason: Reason,
    message: string,
  ) => {
    response.setHeader("WWW-Authenticate", `Keystone uri="${parts.authority()}"`);
    return errorReply(reason, message);
  };
  const notAuthenticated = (response: Response) =>
    refuse(response, "not-authenticated", "The token is missing or unknown, or it has ended.");

  return s.router(contract, {
    settings: async ({ res }) => {
      res.setHeader("Cache-Control", "no-cache");
      return { status: 200, body: settings };
    },
    signIn: {
      middleware: [guard, onlyJson, jsonBodyUpTo(MOST_BYTES)],
      handler: async ({ body, req, res }) => {
        if (relay === undefined) return NO_SIGN_IN;
        const outcome = await relay.signIn(body);
        if (outcome !== REFUSED) return { status: 201, body: outcome };
        limits.refused(addressOf(req));
        return refuse(res, "credentials-refused", "Keystone does not let in whoever this is.");
      },
    },
    show: {
      middleware: [guard],
      handler: async ({ req, res }) => {
        const found = await sessionOf(tokenIn(req), parts);
        return found === undefined ? notAuthenticated(res) : { status: 200, body: found };
      },
    },
    projects: {
      middleware: [guard],
      handler: async ({ req, res }) => {
        if (relay === undefined) return NO_SIGN_IN;
        const token = tokenIn(req);
        const found = token === undefined ? REFUSED : await relay.projects(token);
        return found === REFUSED ? notAuthenticated(res) : { status: 200, body: found };
      },
    },
  });
}

/** Whose a token is; `undefined` when it is not valid. */
async function sessionOf(
  token: string | undefined,
  { relay, tokens }: SessionParts,
): Promise<Session | undefined> {
  if (token === undefined) return undefined;
  if (relay !== undefined) {
    const found = await relay.show(token);
    return found === REFUSED ? undefined : found;
  }
  const caller = await tokens.validate(token, { serviceToken: undefined, method: "GET", path: "/" });
  if (caller === undefined) return undefined;
  const only = (id: string) => ({ id, name: null, domain: null });
  return {
    expires_at: null,
    user: only(caller.userId),
    project: caller.projectId === null ? null : only(caller.projectId),
    roles: [...caller.roles],
  };
}

/** Lets pass what the server's own page asks, and not too often. What is answered is kept nowhere. */
function guardOf({ relay, limits, addressOf, publicUrl }: SessionParts): Middleware {
  return (request, response, next) => {
    response.setHeader("Cache-Control", "no-store");
    const crossSite = refuseCrossSite(request.method, request.headers, publicUrl);
    if (crossSite !== undefined) {
      sendError(response, crossSite);
      return;
    }
    const wait = relay === undefined ? 0 : limits.take(addressOf(request));
    if (wait === 0) {
      next();
      return;
    }
    const headers = { "Retry-After": String(wait) };
    sendError(
      response,
      errorReply("too-many-sign-ins", `Too much was asked of Keystone. Try again in ${wait} s.`, headers),
    );
  };
}

/** A form of another page can send no JSON without asking first (Fetch, "CORS-safelisted request-header"). */
function onlyJson(request: AnyRequest, response: Response, next: NextFunction): void {
  const [type = ""] = (request.headers["content-type"] ?? "").split(";");
  if (type.trim().toLowerCase() === "application/json") {
    next();
    return;
  }
  const headers = { Accept: "application/json" };
  sendError(response, errorReply("unsupported-media-type", "The body must be application/json.", headers));
}

function tokenIn({ headers }: Pick<Request, "headers">): string | undefined {
  const token = headers["x-auth-token"];
  return typeof token === "string" && TOKEN.test(token) ? token : undefined;
}
