import type { RequestHandler } from "express";
import { observer } from "../../observer.ts";
import { TokenBuckets, type Rate } from "../../token-bucket.ts";
import { errorReply } from "../errors.ts";
import { sendError } from "../wire/send.ts";

/** How many changes may be asked for, as the operator says; `undefined`: any number. */
export interface ChangeRates {
  readonly perCaller: Rate | undefined;
  readonly perProject: Rate | undefined;
}

/** The methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses changes of callers who ask for more than they may, by themselves or with the others of their project. It stands
 * behind authentication: who has no valid token is told so, and takes nothing of anybody's. Whoever has one pays for each
 * change that they ask for, also where it is refused, since to find that out is the work. Each process counts its own.
 * `undefined`: there are no limits, so there is no handler.
 */
export function limitChanges(
  { perCaller, perProject }: ChangeRates,
  clock: () => number = () => performance.now(),
): RequestHandler | undefined {
  if (perCaller === undefined && perProject === undefined) return undefined;
  const callers = perCaller === undefined ? undefined : new TokenBuckets(perCaller);
  const projects = perProject === undefined ? undefined : new TokenBuckets(perProject);
  return ({ method, caller }, response, next) => {
    if (caller === undefined || SAFE.has(method)) {
      next();
      return;
    }
    const now = clock();
    const ofCaller = callers?.of(caller.userId, now);
    const ofProject = caller.projectId === null ? undefined : projects?.of(caller.projectId, now);
    const waits = [ofCaller?.wait(now) ?? 0, ofProject?.wait(now) ?? 0] as const;
    const wait = Math.ceil(Math.max(...waits));
    if (wait === 0) {
      ofCaller?.take(1);
      ofProject?.take(1);
      next();
      return;
    }
    const whose = waits[0] >= waits[1] ? "caller" : "project";
    observer?.shed(`changes-of-${whose}`);
    sendError(
      response,
      errorReply("too-many-changes", messageFor(whose, wait), { "Retry-After": String(wait) }),
    );
  };
}

function messageFor(whose: "caller" | "project", wait: number): string {
  const who = whose === "caller" ? "You ask" : "Your project asks";
  const time = wait === 1 ? "a second" : `${wait} seconds`;
  return `${who} for more changes than this cloud allows. Please try again in ${time}.`;
}
