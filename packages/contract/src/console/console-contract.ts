import { initContract } from "@ts-rest/core";
import { errorBody } from "../wire/error-body.ts";
import { ownProjects, session, signedIn } from "./session.ts";
import { consoleSettings } from "./settings.ts";
import { signIn } from "./sign-in.ts";

export type { OwnProjects, Session, SignedIn } from "./session.ts";
export type { ConsoleSettings } from "./settings.ts";
export { MAX_TOKEN_LENGTH, type SignIn } from "./sign-in.ts";

const c = initContract();

const errors = { 400: errorBody, 403: errorBody, 404: errorBody, 405: errorBody, 500: errorBody } as const;
/** Where Keystone is asked, for a caller who must not ask often. */
const errorsOfIdentity = { ...errors, 401: errorBody, 429: errorBody, 503: errorBody } as const;

/**
 * What this project's server answers to its own page at `/console/`, of the same origin, and to nobody else. It is
 * no part of the Image API: neither the client nor `openapi.json` has it.
 */
export const consoleContract = c.router(
  {
    settings: {
      method: "GET",
      path: "/console/settings",
      summary: "Show what the page must know of the server",
      responses: { 200: consoleSettings, ...errors },
    },
    signIn: {
      method: "POST",
      path: "/console/session",
      summary: "Sign in at the server's own Keystone",
      body: signIn,
      responses: { 201: signedIn, ...errorsOfIdentity, 413: errorBody, 415: errorBody },
    },
    show: {
      method: "GET",
      path: "/console/session",
      summary: "Show whose a token is",
      responses: { 200: session, ...errorsOfIdentity },
    },
    projects: {
      method: "GET",
      path: "/console/session/projects",
      summary: "List the projects that the bearer of a token may sign in to",
      responses: { 200: ownProjects, ...errorsOfIdentity },
    },
  },
  { strictStatusCodes: true },
);

/** See {@link consoleContract}. */
export type ConsoleContract = typeof consoleContract;
